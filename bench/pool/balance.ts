import {
  type Bench, type Figure, type Measured, type Section, alternate, atLeast, atMost, tableOf,
} from '../harness/index.ts'
import { ours, peers } from './contenders.ts'

export const poolBalance: Figure = {
  name: 'pool-balance',
  title: 'Work of a millisecond',
  text: 'Tasks that take 1 ms by the clock, two workers: how much of the ideal, work divided by workers, is reached. Then '
    + '1 ms items with one of 100 ms as the last but one: the time by the lower bound, which is that of starting it in its turn.',
  run: balance,
}

async function balance(bench: Bench): Promise<Section> {
  const own = [ours('thread'), ours('process')]
  const contenders = [...own, ...peers(bench, ['thread']).map((make) => make())]
  const n = bench.short ? 50 : 1000
  const entries = contenders.map((each) => ({ name: each.name, run: () => each.ask('milliseconds', { n }) }))
  const all = await alternate(entries, bench.rounds(7))
  const tails = await alternate(own.map((each) => ({ name: each.name, run: () => each.ask('tail', { n }) })), bench.rounds(7))
  await Promise.all(contenders.map((contender) => contender.end()))
  return {
    tables: [
      tableOf(all, [{ metric: 'ideal', title: 'of the ideal', spread: true }]),
      tableOf(tails, [{ metric: 'makespan', title: 'time by lower bound', spread: true }], 'One long item among short ones:'),
    ],
    verdicts: [
      ...all.slice(0, 2).map((each) => atLeast(`${each.name}: 1 ms tasks, of the ideal`, middle(each, 'ideal'), 0.97, '')),
      ...tails.map((each) => atMost(`${each.name}: one long item, time by the lower bound`, middle(each, 'makespan'), 1.1)),
    ],
  }
}

function middle(measured: Measured, metric: string): number {
  return measured.error === undefined ? measured.median(metric) : NaN
}
