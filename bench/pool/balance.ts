import { type Bench, type Figure, type Section, alternate, atLeast, atMost, ratio, tableOf } from '../harness/index.ts'
import { ideal, ours, peers } from './contenders.ts'

export const poolBalance: Figure = {
  name: 'pool-balance',
  title: 'Work of a millisecond',
  text:
    'Tasks that take 1 ms by the clock, two workers: how much of the ideal, work divided by workers, is reached. Then ' +
    '1 ms items with one of 100 ms as the last but one: the time by the lower bound, which is that of starting it in ' +
    'its turn. Two bare threads that do the same work without any call show what the machine gave in these rounds.',
  run: balance,
}

async function balance(bench: Bench): Promise<Section> {
  const own = [ours('thread'), ours('process')]
  const floor = ideal()
  const contenders = [...own, floor, ...peers(bench, ['thread']).map((make) => make())]
  const n = bench.short ? 50 : 1000
  const entry = (each: (typeof contenders)[number], ask: string) => ({
    name: each.name,
    run: () => each.ask(ask, { n }),
  })
  const all = await alternate(
    contenders.map((each) => entry(each, 'milliseconds')),
    bench.rounds(9),
  )
  const tails = await alternate(
    [...own, floor].map((each) => entry(each, 'tail')),
    bench.rounds(9),
  )
  await Promise.all(contenders.map((contender) => contender.end()))
  return {
    tables: [
      tableOf(all, [{ metric: 'ideal', title: 'of the ideal', spread: true }]),
      tableOf(
        tails,
        [{ metric: 'makespan', title: 'time by lower bound', spread: true }],
        'One long item among short ones:',
      ),
    ],
    verdicts: [
      ...all
        .slice(0, 2)
        .map((each) =>
          atLeast(`${each.name}: 1 ms tasks, of what bare threads reach`, ratio(each, all[2], 'ideal'), 0.97, ''),
        ),
      ...tails
        .slice(0, 2)
        .map((each) =>
          atMost(`${each.name}: one long item, time by that of bare threads`, ratio(each, tails[2], 'makespan'), 1.1),
        ),
    ],
  }
}
