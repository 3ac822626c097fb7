import { type Bench, type Figure, type Measured, type Section, alternate, atLeast, ratio, tableOf } from '../harness/index.ts'
import { ours, peer, peers } from './contenders.ts'

export const poolValues: Figure = {
  name: 'pool-values',
  title: 'Large values',
  text: 'One call with the value as its argument, which sends it back. Both ways are copies: no buffer is moved.',
  run: values,
}

const CASES = [
  { ask: 'rows', full: { n: 10_000 }, short: { n: 100 }, title: '10 000 rows `{id, name, score}` out and back:' },
  { ask: 'buffer', full: { n: 1 << 20, times: 30 }, short: { n: 1000, times: 2 }, title: 'A buffer of 1 MiB out and back:' },
]

async function values(bench: Bench): Promise<Section> {
  const own = [ours('thread'), ours('process')]
  const others = [peer('bare', 'thread'), peer('bare', 'process'), ...peers(bench, ['thread', 'process']).map((make) => make())]
  const results: { ask: string; title: string; all: Measured[] }[] = []
  for (const { ask, full, short, title } of CASES) {
    const entries = [...own, ...others].map((each) => ({
      name: each.name,
      run: () => each.ask(ask, bench.short ? short : full),
    }))
    results.push({ ask, title, all: await alternate(entries, { ...bench.rounds(9), warmUps: bench.short ? 0 : 3 }) })
  }
  await Promise.all([...own, ...others].map((contender) => contender.end()))
  return {
    tables: results.map(({ all, title }) => tableOf(all, [{ metric: 'ms', title: 'ms', spread: true }], title)),
    verdicts: results.map(({ ask, all }) => {
      const [threads] = all
      const pools = all.slice(4).filter((each) => each.error === undefined)
      const [best] = pools.sort((a, b) => a.median('ms') - b.median('ms'))
      return atLeast(`threads: ${ask}, against the best pool, ${best?.name ?? 'none'}`, ratio(best, threads, 'ms'), 2)
    }),
  }
}
