import { type Bench, type Figure, type Section, alternate, atMost, ratio, tableOf } from '../harness/index.ts'
import { ours, peer, peers } from './contenders.ts'

export const poolLatency: Figure = {
  name: 'pool-latency',
  title: 'One call at a time',
  text: 'A call, its result, the next call: microseconds until the result is there. The bare worker sends back what it '
    + 'gets and is no pool: nothing is shorter with the means of Node.js.',
  run: latency,
}

async function latency(bench: Bench): Promise<Section> {
  const contenders = [
    ours('thread'), ours('process'), peer('bare', 'thread'), peer('bare', 'process'),
    ...peers(bench, ['thread', 'process']).map((make) => make()),
  ]
  const n = bench.short ? 50 : 3000
  const entries = contenders.map((contender) => ({ name: contender.name, run: () => contender.ask('round-trip', { n }) }))
  const all = await alternate(entries, bench.rounds(9))
  await Promise.all(contenders.map((contender) => contender.end()))
  const of = (name: string) => all.find((each) => each.name === name)
  const threads = of('manyhands, threads')
  return {
    tables: [tableOf(all, [
      { metric: 'p50', title: 'p50 µs', spread: true },
      { metric: 'p99', title: 'p99 µs', spread: true },
    ])],
    verdicts: [
      atMost('threads, p50, against a bare postMessage', ratio(threads, of('a bare postMessage'), 'p50'), 1),
      atMost('threads, p99, against a bare postMessage', ratio(threads, of('a bare postMessage'), 'p99'), 1),
      atMost('threads, p50, against piscina', ratio(threads, of('piscina, threads'), 'p50'), 0.5),
    ],
  }
}
