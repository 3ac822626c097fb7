// Runs as a contender: node contender.ts, cases on stdin.
import { readFileSync, rmSync } from 'node:fs'
import { getBuiltinModule } from 'node:process'
import { Pool } from 'manyhands'
import { type RunReport, openStore, run } from 'manyhands/run'
import { type Case, serve } from '../harness/serve.ts'
import { kilobyte, same } from './tasks.ts'

const TASKS = { same, kilobyte }
const COMPANIONS = ['', '-journal', '-wal', '-shm', '.lock']

function* range(n: number): Generator<number> {
  for (let i = 0; i < n; i++) yield i
}

/** Bytes that this process has given to the system to write. */
function written(): number {
  return Number(/^wchar: (\d+)/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1] ?? NaN)
}

let pool: Pool | undefined
function open(kind: unknown): Pool {
  return (pool ??= new Pool({ workers: 2, kind: kind === 'process' ? 'process' : 'thread' }))
}

async function execute(
  { n, store, task, kind, own }: Readonly<Record<string, unknown>>, more: object = {},
): Promise<{ report: RunReport<number | string>; ms: number; cpu: number; bytes: number }> {
  const callable = TASKS[task === 'kilobyte' ? 'kilobyte' : 'same'] as (n: number) => number | string
  const workers = own === true ? { kind: kind === 'process' ? 'process' as const : 'thread' as const, workers: 2 } : { executor: open(kind) }
  const before = written()
  const cpu = process.cpuUsage()
  const start = performance.now()
  const report = await run(callable, range(Number(n)), { ...workers, ...typeof store === 'string' ? { store } : {}, ...more })
  const ms = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  return { report, ms, cpu: user + system, bytes: written() - before }
}

/** Bytes of the keys and values themselves. */
function payloadOf(report: RunReport<number | string>, n: number): number {
  let [bytes, count] = [0, 0]
  for (const { key, value } of report.results) {
    bytes += key.length + JSON.stringify(value).length
    count++
  }
  if (count !== n) throw new Error(`${count} results instead of ${n}`)
  return bytes
}

const cases: Record<string, Case> = {
  /** A run of n items in a new store, or none. With `own` it makes its own workers. */
  run: async (parameters) => {
    const [n, store] = [Number(parameters['n']), parameters['store']]
    if (typeof store === 'string') for (const end of COMPANIONS) rmSync(`${store}${end}`, { force: true })
    const { report, ms, cpu, bytes } = await execute(parameters)
    if (report.done !== n) throw new Error(`${report.done} done instead of ${n}`)
    const payload = parameters['count'] === true ? payloadOf(report, n) : NaN
    return {
      ms, us: (ms * 1000) / n, rate: (n / ms) * 1000, cpuUs: cpu / n, saves: report.saves,
      megabytes: bytes / 1e6, overPayload: bytes / payload, peak: process.resourceUsage().maxRSS / 1e3,
    }
  },
  /** A run of which everything is done, against reading its keys: both in this process. */
  resume: async (parameters) => {
    const n = Number(parameters['n'])
    const { DatabaseSync } = getBuiltinModule('node:sqlite')
    const start = performance.now()
    const database = new DatabaseSync(String(parameters['store']), { readOnly: true })
    let count = 0
    for (const _ of database.prepare('SELECT key FROM keys').iterate()) count++
    database.close()
    const read = performance.now() - start
    const { report, ms } = await execute({ ...parameters, own: true })
    if (count !== n || report.skipped !== n || report.done !== 0) throw new Error(`${count} keys, ${report.skipped} skipped, ${report.done} done`)
    return { read, ms, ratio: ms / read, peak: process.resourceUsage().maxRSS / 1e3 }
  },
  /** Whether a store of a killed run can be read, and all in it is right. */
  check: async ({ store }) => {
    let count = 0
    const opened = openStore<string>(String(store))
    for (const { key, value } of opened.results()) {
      if (value !== kilobyte(Number(key))) throw new Error(`a wrong value of ${key}`)
      count++
    }
    opened.close()
    return { count }
  },
}

await serve(cases, () => pool?.terminate() ?? Promise.resolve())
