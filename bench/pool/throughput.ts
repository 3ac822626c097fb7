import {
  type Bench,
  type Contender,
  type Figure,
  type Measured,
  type Section,
  alternate,
  atLeast,
  ratio,
  tableOf,
} from '../harness/index.ts'
import { ours, peers } from './contenders.ts'

const OURS = [
  { what: 'imapUnordered', ask: 'unordered', full: 500_000 },
  { what: 'map of ints', ask: 'map-ints', full: 500_000 },
  { what: 'map of objects', ask: 'map-objects', full: 200_000 },
  { what: 'apply in a burst', ask: 'burst', full: 100_000 },
]
/** Python's Pool has chunks too; npm's pools have one call for each input and nothing else. */
const PYTHON = [
  { what: 'imap_unordered, chunksize 100', ask: 'unordered', full: 200_000 },
  { what: 'map of ints', ask: 'map-ints', full: 200_000 },
  { what: 'map of objects', ask: 'map-objects', full: 200_000 },
  { what: 'apply_async in a burst', ask: 'burst', full: 20_000 },
]

export const poolThroughput: Figure = {
  name: 'pool-throughput',
  title: 'Calls that do nothing',
  text:
    'Two workers, no option set. Every contender is a program of its own, warm, and takes its turn in every round. ' +
    'CPU is that of the whole program, workers included.',
  run: throughput,
}

async function throughput(bench: Bench): Promise<Section> {
  const scale = bench.short ? 0.01 : 1
  const own: Contender[] = [ours('thread'), ours('process')]
  const others = peers(bench, ['thread', 'process']).map((make) => make())
  const entries = [
    ...own.flatMap((contender) => OURS.map((way) => entry(contender, way, scale))),
    ...others.flatMap((contender) =>
      contender.name === 'Python Pool'
        ? PYTHON.map((way) => entry(contender, way, scale))
        : [entry(contender, { what: '', ask: 'burst', full: 20_000 }, scale)],
    ),
  ]
  const all = await alternate(entries, bench.rounds(7))
  await Promise.all([...own, ...others].map((contender) => contender.end()))
  const of = (name: string): Measured | undefined => all.find((each) => each.name === name)
  const against = (name: string, other: string): number => ratio(of(name), of(other), 'rate')
  const [python, hundred] = ['Python Pool: map of ints', 'Python Pool: imap_unordered, chunksize 100']
  const objects = of('manyhands, threads: map of objects')?.median('rate') ?? NaN
  return {
    tables: [
      tableOf(all, [
        { metric: 'rate', title: 'calls/s', spread: true },
        { metric: 'ns', title: 'CPU ns/call' },
      ]),
    ],
    verdicts: [
      atLeast(
        'threads: imapUnordered against piscina',
        against('manyhands, threads: imapUnordered', 'piscina, threads'),
        25,
      ),
      atLeast(
        "threads: imapUnordered against Python's, chunksize 100",
        against('manyhands, threads: imapUnordered', hundred),
        2,
      ),
      atLeast("threads: map of ints against Python's", against('manyhands, threads: map of ints', python), 1.5),
      atLeast('threads: map of small objects, a second', objects / 1e6, 1, ' M'),
      atLeast(
        'threads: apply in a burst against piscina',
        against('manyhands, threads: apply in a burst', 'piscina, threads'),
        15,
      ),
      atLeast(
        "processes: imapUnordered against tinypool's processes",
        against('manyhands, processes: imapUnordered', 'tinypool, processes'),
        40,
      ),
      atLeast("processes: map of ints against Python's", against('manyhands, processes: map of ints', python), 0.7),
    ],
  }
}

function entry(contender: Contender, { what, ask, full }: { what: string; ask: string; full: number }, scale: number) {
  const n = full * scale
  return {
    name: what === '' ? contender.name : `${contender.name}: ${what}`,
    run: async () => {
      const answer = await contender.ask(ask, { n })
      return { ...answer, ns: (Number(answer['cpu']) * 1e6) / n }
    },
  }
}
