import { rmSync } from 'node:fs'
import { type Bench, type Contender, type Figure, type Section, alternate, atMost, number, ratio, tableOf } from '../harness/index.ts'
import { runs } from './ours.ts'

export const runMillion: Figure = {
  name: 'run-million',
  title: 'Runs: a million items',
  text: 'A run with a store and two processes, each in a fresh program: the most memory that the coordinating process ever '
    + 'had. Then the same run again, of which everything is done, against reading its keys with node:sqlite in the same process.',
  run: million,
}

async function million(bench: Bench): Promise<Section> {
  const sizes = bench.short ? [100, 1000] : [100_000, 1_000_000]
  const store = `${bench.folder}/million.db`
  const all = await alternate(sizes.map((n) => ({
    name: `manyhands: ${number(n)} items`,
    run: () => once((program) => program.ask('run', { n, store, kind: 'process' })),
  })), { ...bench.rounds(3), warmUps: 0 })
  // The last round ran the other way round, so the store is made anew.
  for (const end of ['', '-journal']) rmSync(`${store}${end}`, { force: true })
  const [n = 0] = sizes.slice(-1)
  await once((program) => program.ask('run', { n, store, kind: 'process' }))
  const resumed = await alternate([{
    name: `manyhands: ${number(n)} done, nothing left`,
    run: () => once((program) => program.ask('resume', { n, store, kind: 'process' })),
  }], { ...bench.rounds(5), warmUps: 0 })
  const [small, large] = all
  const [resume] = resumed
  return {
    tables: [
      tableOf(all, [
        { metric: 'ms', title: 'ms', spread: true },
        { metric: 'rate', title: 'items/s' },
        { metric: 'peak', title: 'peak MB', spread: true },
      ]),
      tableOf(resumed, [
        { metric: 'read', title: 'reading keys, ms', spread: true },
        { metric: 'ms', title: 'run, ms', spread: true },
        { metric: 'peak', title: 'peak MB' },
      ]),
    ],
    verdicts: [
      atMost('peak of the coordinator with a million items', large?.median('peak') ?? NaN, 300, ' MB'),
      atMost('peak with a million by that with 100 000', ratio(large, small, 'peak'), 1.2),
      atMost('time of a million by ten times that of 100 000', ratio(large, small, 'ms') / 10, 1.1),
      atMost('resume with a million done by reading the keys', resume?.median('ratio') ?? NaN, 3),
    ],
  }
}

async function once<T>(body: (program: Contender) => Promise<T>): Promise<T> {
  const program = runs()
  try {
    return await body(program)
  } finally {
    await program.end()
  }
}
