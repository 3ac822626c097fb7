import { type Bench, type Figure, type Section, alternate, atMost, number, ratio, tableOf } from '../harness/index.ts'
import { runs } from './ours.ts'

export const runSaved: Figure = {
  name: 'run-saved',
  title: 'Runs: what saving costs',
  text: '100 000 items of almost no work, two threads that are warm, `saveEvery` and `saveInterval` as they are by default: '
    + 'with a store of each format and without; then the cost of an item by the number of items. Bytes are those of all '
    + 'write calls, by those of the keys and values as JSON.',
  run: saved,
}

async function saved(bench: Bench): Promise<Section> {
  const n = bench.short ? 1000 : 100_000
  const program = runs()
  const entry = (name: string, parameters: object) => ({ name: `manyhands: ${name}`, run: () => program.ask('run', { n, count: true, ...parameters }) })
  const store = (end: string) => ({ store: `${bench.folder}/saved${end}` })
  const kilobyte = { task: 'kilobyte' }
  const all = await alternate([
    entry('1 kB each, no store', kilobyte),
    entry('1 kB each, .db', { ...kilobyte, ...store('.db') }),
    entry('1 kB each, .log', { ...kilobyte, ...store('.log') }),
    entry('1 kB each, .jsonl', { ...kilobyte, ...store('.jsonl') }),
    entry('a number each, no store', {}),
    entry('a number each, .db', store('.db')),
    entry('a number each, .log', store('.log')),
  ], bench.rounds(5))
  const lengths = bench.short ? [100, 1000] : [1000, 10_000, 100_000]
  const linear = await alternate(
    lengths.map((length) => entry(`${number(length)} items, 1 kB each, .db`, { ...kilobyte, ...store('.db'), n: length })), bench.rounds(7),
  )
  await program.end()
  const [none, db, , , noneInt, dbInt] = all
  const [first, last] = [linear[0], linear.at(-1)]
  return {
    tables: [
      tableOf(all, [
        { metric: 'rate', title: 'items/s', spread: true },
        { metric: 'cpuUs', title: 'CPU µs/item' },
        { metric: 'megabytes', title: 'MB written' },
        { metric: 'overPayload', title: 'written/payload' },
        { metric: 'saves', title: 'commits' },
      ]),
      tableOf(linear, [{ metric: 'us', title: 'µs an item', spread: true }, { metric: 'cpuUs', title: 'CPU µs/item', spread: true }]),
    ],
    verdicts: [
      atMost('1 kB results in .db: bytes written by payload', db?.median('overPayload') ?? NaN, 1.5),
      atMost('1 kB results: time with .db by time without a store', ratio(db, none, 'ms'), 1.25),
      atMost('results of one number: time with .db by time without a store', ratio(dbInt, noneInt, 'ms'), 1.25),
      atMost('time an item: 100 000 items by 1 000', ratio(last, first, 'us'), 1.1),
    ],
  }
}
