// The recipe access-log as a contender: node contender.ts, cases on stdin.
import { Counter, Pool } from 'manyhands'
import {
  accessDetailIter,
  accessFilter,
  accessIter,
  accessLog,
  analysis,
  localGzip,
  splitUrl,
} from 'manyhands/recipes/access-log'
import { type Case, serve } from '../harness/serve.ts'
import { digestOf, isBook } from './sets.ts'
import { countAccesses, countDetails, countLines, parse, scanAndPeak } from './tasks.ts'

const books = accessFilter(({ url }) => isBook(url.path))

/** Counts of book pages as the recipe's report has them. */
function booksOf(summary: ReturnType<typeof accessLog.reducer.zero>): [string, number][] {
  const { pages } = accessLog.toJSON(summary) as { pages: Record<string, number> }
  return Object.entries(pages).filter(([path]) => isBook(splitUrl(path).path))
}

/** MB of raw text a second of processor time, all threads of this process, and a second by the clock. */
async function timed(raw: unknown, body: () => Promise<string>): Promise<Record<string, number | string>> {
  const cpu = process.cpuUsage()
  const start = performance.now()
  const digest = await body()
  const wall = performance.now() - start
  const { user, system } = process.cpuUsage(cpu)
  return { perCore: Number(raw) / (user + system), perSecond: Number(raw) / wall / 1000, wall, digest }
}

let pool: Pool | undefined
/** One program has one pool: that of its first case. */
function open(kind: unknown, workers: unknown): Pool {
  return (pool ??= new Pool({ kind: kind === 'process' ? 'process' : 'thread', workers: Number(workers) }))
}

const list = (files: unknown): string[] => files as string[]

const WAYS: Readonly<Record<string, (pool: Pool, files: string[]) => AsyncIterable<Counter>>> = {
  'per file': (pool, files) => pool.imapUnordered(analysis, files),
  'per opened file': (pool, files) => pool.imapUnordered(countLines, opened(files)),
  'per sequence of Access': (pool, files) => pool.imapUnordered(countAccesses, accessIter(localGzip(files)).batches()),
  'per sequence of AccessDetails': (pool, files) =>
    pool.imapUnordered(countDetails, accessDetailIter(accessIter(localGzip(files))).batches()),
  'parsing and analysing as two maps': (pool, files) => pool.imapUnordered(countDetails, pool.imap(parse, files)),
}

async function* opened(files: string[]): AsyncGenerator<string[]> {
  for await (const log of localGzip(files)) {
    const lines: string[] = []
    for await (const batch of log.batches()) lines.push(...batch)
    yield lines
  }
}

const cases: Record<string, Case> = {
  recipe: ({ files, raw }) =>
    timed(raw, async () => {
      const summary = accessLog.reducer.zero()
      for (const file of list(files)) accessLog.reducer.merge(summary, await accessLog.task(file), file)
      return digestOf(booksOf(summary))
    }),
  stages: ({ files, raw }) =>
    timed(raw, async () => {
      const counts = new Counter()
      for (const file of list(files)) counts.update(await analysis(file, books))
      return digestOf(counts)
    }),
  pool: ({ files, raw, kind, workers }) =>
    timed(raw, async () => {
      const summary = accessLog.reducer.zero()
      const inputs = list(files)
      const reports = open(kind, workers).imap<string, Awaited<ReturnType<typeof accessLog.task>>>(
        accessLog.task,
        inputs,
      )
      let i = 0
      for await (const report of reports) accessLog.reducer.merge(summary, report, inputs[i++] ?? '')
      return digestOf(booksOf(summary))
    }),
  way: ({ files, raw, way, kind, workers }) =>
    timed(raw, async () => {
      const counts = new Counter()
      const results = WAYS[String(way)]?.(open(kind, workers), list(files))
      for await (const result of results ?? []) counts.update(result)
      return digestOf([...counts].filter(([path]) => isBook(path)))
    }),
  /** Memory of one worker that reads one log: its peak, and that of this process. */
  memory: async ({ file, kind }) => {
    const { lines, peak } = await open(kind, 1).apply(scanAndPeak, [String(file)])
    return { lines, worker: peak / 1e6, process: process.resourceUsage().maxRSS / 1e3 }
  },
}

await serve(cases, () => pool?.terminate() ?? Promise.resolve())
