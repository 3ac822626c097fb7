import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Bench,
  type Contender,
  type Figure,
  type Section,
  alternate,
  askOnce,
  atLeast,
  atMost,
  has,
  PEERS,
  quoted,
  ratio,
  runCommand,
  tableOf,
} from '../harness/index.ts'
import { runs } from './ours.ts'

export const runAutosave: Figure = {
  name: 'run-autosave',
  title: 'Runs: saving every ten results',
  text:
    '10 000 results of 1 kB. `seed` pickles all results into one file after every ten, in a loop that is timed alone; ' +
    'ours is a whole run, on warm workers and with its workers started in it. Then 40 programs that save are killed at random moments: whose files cannot be read?',
  run: autosave,
}

async function autosave(bench: Bench): Promise<Section> {
  const n = bench.short ? 300 : 10_000
  const store = `${bench.folder}/autosave.db`
  const python = has(bench, 'python3')
  const script = `python3 ${quoted(`${PEERS}/autosave.py`)} --n ${n} --reps 1 --wait 0`
  const pythons = python ? ['seed', 'seed_atomic', 'append', 'append_fsync', 'sqlite'] : []
  const warm = runs()
  if (!bench.short) for (let i = 0; i < 5; i++) await warm.ask('run', { n, store, task: 'kilobyte' })
  const all = await alternate(
    [
      { name: 'manyhands: run(), .db', run: () => warm.ask('run', { n, store, task: 'kilobyte' }) },
      { name: 'manyhands: run(), .log', run: () => warm.ask('run', { n, store: `${store}.log`, task: 'kilobyte' }) },
      {
        name: 'manyhands: run(), .db, with its start',
        run: () => askOnce(runs, 'run', { n, store, task: 'kilobyte', own: true }),
      },
      ...pythons.map((kind) => ({
        name: `autosave.py ${kind}`,
        run: async () => savedBy((await runCommand(`${script} --kinds ${kind} --kill-trials 0`)).output),
      })),
    ],
    { ...bench.rounds(3), warmUps: 0 },
  )

  await warm.end()

  const trials = bench.short ? 1 : 40
  const program = runs()
  let unreadable = 0
  let kept = 0
  for (let trial = 0; trial < trials; trial++) {
    const count = await killed(program, `${bench.folder}/killed-${trial}.db`, 300 + Math.random() * 1500)
    if (count === undefined) unreadable++
    else kept += count
  }
  await program.end()
  if (unreadable > 0 && bench.short) throw new Error('a store of a killed run cannot be read')
  const rows = [['manyhands: run(), .db', `${unreadable} of ${trials}`, `${Math.round(kept / trials)}`]]
  if (python) {
    for (const kind of ['seed', 'seed_atomic']) {
      const call = `autosave.kill_trials("${kind}", ${trials}, ${n}, 1000, 10, ${JSON.stringify(bench.folder)})`
      const line = `import autosave; print(${call})`
      const { output } = await runCommand(`cd ${quoted(PEERS)} && python3 -c ${quoted(line)}`)
      rows.push([`autosave.py ${kind}`, `${output.trim()} of ${trials}`, '–'])
    }
  }
  const [ours] = all
  const seed = all.find(({ name }) => name === 'autosave.py seed')
  return {
    tables: [
      tableOf(all, [
        { metric: 'ms', title: 'ms', spread: true },
        { metric: 'megabytes', title: 'MB written' },
      ]),
      { columns: ['', 'files unreadable', 'results kept, mean'], rows },
    ],
    verdicts: [
      atLeast("against the seed's pickle", ratio(seed, ours, 'ms'), 20),
      atMost('stores of killed runs that cannot be read', unreadable, 0, ''),
    ],
  }
}

/** What autosave.py prints of one kind. */
function savedBy(output: string): { ms: number; megabytes: number } {
  const [, seconds, megabytes] = /([\d.]+) s \(min.*?([\d.]+) MB written/.exec(output) ?? []
  return { ms: Number(seconds) * 1000, megabytes: Number(megabytes) }
}

/** Kills a program in the middle of a run. How many results its store holds; undefined when it cannot be read. */
async function killed(checker: Contender, store: string, delay: number): Promise<number | undefined> {
  const script = fileURLToPath(new URL('contender.ts', import.meta.url))
  const child = spawn(process.execPath, ['--no-warnings', script], { stdio: ['pipe', 'ignore', 'ignore'] })
  child.stdin.write(`${JSON.stringify({ case: 'run', n: 5_000_000, store, task: 'kilobyte', own: true })}\n`)
  await sleep(delay)
  child.kill('SIGKILL')
  await once(child, 'exit')
  try {
    return Number((await checker.ask('check', { store }))['count'])
  } catch {
    return undefined
  }
}
