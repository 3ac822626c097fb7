import {
  type Bench,
  type Figure,
  type Measured,
  type Section,
  alternate,
  askOnce,
  atMost,
  ratio,
  tableOf,
} from '../harness/index.ts'
import { ours, peer, peers } from './contenders.ts'

export const poolStart: Figure = {
  name: 'pool-start',
  title: 'Start and memory',
  text:
    'A fresh program each time, the library imported before the clock starts: milliseconds from making a pool of two ' +
    'to the first result, and to results from both workers; memory of its own a worker, after eight calls each.',
  run: start,
}

async function start(bench: Bench): Promise<Section> {
  const makers = [
    () => ours('thread'),
    () => ours('process'),
    () => peer('bare', 'thread'),
    () => peer('bare', 'process'),
    ...peers(bench, ['thread', 'process']),
  ]
  const entries = makers.map((make) => {
    const { name } = make()
    return {
      name,
      run: async () => ({
        ...(await askOnce(make, 'start')),
        ...(name === 'Python Pool' ? {} : await askOnce(make, 'memory')),
      }),
    }
  })
  const all = await alternate(entries, { ...bench.rounds(9), warmUps: bench.short ? 0 : 1 })
  const best = (metric: string, kind: string): Measured | undefined =>
    all
      .slice(4)
      .filter(({ name, error }) => name.includes(kind) && error === undefined)
      .sort((a, b) => a.median(metric) - b.median(metric))[0]
  const [threads, processes] = all
  const compare = (what: string, ours: Measured | undefined, metric: string, kind: string) => {
    const other = best(metric, kind)
    return atMost(`${what}, against the best pool, ${other?.name ?? 'none'}`, ratio(ours, other, metric), 1)
  }
  return {
    tables: [
      tableOf(all, [
        { metric: 'first', title: 'first result, ms', spread: true },
        { metric: 'all', title: 'all workers, ms', spread: true },
        { metric: 'megabytes', title: 'MB a worker' },
      ]),
    ],
    verdicts: [
      compare('threads: first result', threads, 'first', 'threads'),
      atMost('threads: first result', threads?.median('first') ?? NaN, 60, ' ms'),
      atMost('processes: first result', processes?.median('first') ?? NaN, 150, ' ms'),
      compare('threads: memory a worker', threads, 'megabytes', 'threads'),
      compare('processes: memory a worker', processes, 'megabytes', 'processes'),
    ],
  }
}
