import { type Bench, type Contender, type Figure, type Measured, type Section, alternate, atMost, number, tableOf } from '../harness/index.ts'
import { ours } from './contenders.ts'

export const poolCost: Figure = {
  name: 'pool-cost',
  title: 'What a call costs the thread that owns the pool',
  text: 'That thread is what all workers share, so its CPU a call bounds how many workers it can feed. By the number of '
    + 'calls in a chunk, by the number of workers, and by how many calls are made at once.',
  run: cost,
}

async function cost(bench: Bench): Promise<Section> {
  const rounds = bench.rounds(5)
  const n = bench.short ? 1000 : 100_000
  const two = ours('thread')
  const chunks = await alternate([1, 10, 100, 1000].map((chunkSize) => ({
    name: `chunks of ${chunkSize}`,
    run: () => two.ask('map-ints', { n: chunkSize === 1 ? n / 10 : n, chunkSize }),
  })).concat({ name: 'chunkSize not set', run: () => two.ask('map-ints', { n }) }), rounds)

  const counts = bench.short ? [1, 2] : [1, 2, 4, 8, 64]
  const pools = counts.map((workers) => ours('thread', workers))
  const byWorkers = await alternate(pools.flatMap((pool, i) => [
    { name: `${counts[i]} workers: map`, run: () => pool.ask('map-ints', { n: n * 5 }) },
    { name: `${counts[i]} workers: apply`, run: () => pool.ask('burst', { n }) },
  ]), rounds)
  await Promise.all(pools.map((pool) => pool.end()))

  const lengths = bench.short ? [10, 1000] : [10, 1000, 100_000, 1_000_000]
  const calls = await alternate(lengths.map((length) => repeated(two, 'burst', length)), rounds)
  const streams = await alternate([...lengths, ...bench.short ? [] : [10_000_000]].map((length) => repeated(two, 'unordered', length)), rounds)
  await two.end()
  const metrics = [{ metric: 'owner', title: "owner's CPU, ns/call", spread: true }, { metric: 'rate', title: 'calls/s' }]
  const flat = (all: readonly Measured[], from: string, to: string): number =>
    (find(all, to)?.median('owner') ?? NaN) / (find(all, from)?.median('owner') ?? NaN)
  return {
    tables: [
      tableOf(chunks, metrics, 'By calls in a chunk (`map` of ints):'),
      tableOf(byWorkers, metrics, 'By number of workers:'),
      tableOf(calls, metrics, 'By calls made at once (`apply`):'),
      tableOf(streams, metrics, 'By length of the input (`imapUnordered`, lazy):'),
    ],
    verdicts: [
      atMost("owner's CPU a call: chunks of 1000 against chunks of 10", flat(chunks, 'chunks of 10', 'chunks of 1000'), 1),
      atMost("owner's CPU a call of map: 64 workers against 2", flat(byWorkers, '2 workers: map', '64 workers: map'), 2),
      atMost("owner's CPU a call: a million pending against a thousand", flat(calls, '1 000 at once', '1 M at once'), 1.5),
      atMost("owner's CPU an input: ten millions against a hundred thousand", flat(streams, '100 000 at once', '10 M at once'), 1.2),
    ],
  }
}

function find(all: readonly Measured[], name: string): Measured | undefined {
  return all.find((each) => each.name === name && each.error === undefined)
}

/** Short lengths so often that there is something to measure. */
function repeated(contender: Contender, ask: string, length: number) {
  const times = Math.max(1, Math.round(1000 / length))
  return {
    name: `${number(length)} at once`,
    run: async () => {
      let owner = 0
      let seconds = 0
      for (let i = 0; i < times; i++) {
        const answer = await contender.ask(ask, { n: length })
        owner += Number(answer['owner']) / times
        seconds += length / Number(answer['rate'])
      }
      return { owner, rate: (length * times) / seconds }
    },
  }
}
