import { Counter } from '../../index.ts'
import type { RecipeReducer } from '../recipe.ts'
import { isPage } from './filters.ts'
import type { Bound, CountedField, LogReport } from './log-report.ts'
import { type MalformedLine, SAMPLES } from './tally.ts'
import { splitUrl } from './url.ts'

/** One log in a {@link LogSummary}. */
export type LogRow = { readonly path: string } & Pick<
  LogReport,
  'lines' | 'parsed' | 'malformed' | 'blank' | 'bytes' | 'size' | 'raw' | 'gzip' | 'problem'
>

/** What any number of logs hold together: {@link LogReport}s, added up. */
export interface LogSummary {
  /** Each log, in the order they were merged. */
  readonly files: LogRow[]
  readonly totals: Record<TotalField, number>
  readonly statuses: Counter
  readonly methods: Counter
  readonly paths: Counter
  readonly hosts: Counter
  readonly hours: Counter
  readonly agents: Counter
  /** Malformed lines, the first by path and line. */
  samples: ({ readonly path: string } & MalformedLine)[]
  readonly bounds: Partial<Record<CountedField, Bound>>
}

const TOTALS = [
  'lines',
  'parsed',
  'malformed',
  'blank',
  'combined',
  'common',
  'vhost',
  'oddRequests',
  'bytes',
  'size',
  'raw',
] as const
const COUNTERS = ['statuses', 'methods', 'paths', 'hosts', 'hours', 'agents'] as const
const BOUNDED = ['methods', 'paths', 'hosts', 'hours', 'agents'] as const

type TotalField = (typeof TOTALS)[number]

/**
 * Merges the reports of logs. Associative and commutative: whatever the order and the split, the sums are the same.
 *
 * @example
 * ```ts
 * import { logReducer, scanLog } from 'manyhands/recipes/access-log'
 *
 * const summary = logReducer.zero()
 * for (const log of ['logs/sunday.log.gz', 'logs/monday.log']) logReducer.merge(summary, await scanLog(log), log)
 * console.log(summary.totals.lines) // 80
 * ```
 */
export const logReducer: RecipeReducer<LogReport, LogSummary> = {
  zero: () => ({
    files: [],
    totals: {
      lines: 0,
      parsed: 0,
      malformed: 0,
      blank: 0,
      combined: 0,
      common: 0,
      vhost: 0,
      oddRequests: 0,
      bytes: 0,
      size: 0,
      raw: 0,
    },
    statuses: new Counter(),
    methods: new Counter(),
    paths: new Counter(),
    hosts: new Counter(),
    hours: new Counter(),
    agents: new Counter(),
    samples: [],
    bounds: {},
  }),
  merge(summary, report, path) {
    const { lines, parsed, malformed, blank, bytes, size, raw, gzip, problem } = report
    summary.files.push({ path, lines, parsed, malformed, blank, bytes, size, raw, gzip, problem })
    for (const field of TOTALS) summary.totals[field] += report[field]
    addCounts(summary, report)
    addSamples(
      summary,
      report.samples.map((sample) => ({ path, ...sample })),
    )
    return summary
  },
}

/**
 * Adds one summary to another, in place: for reducing in groups.
 *
 * @example
 * ```ts
 * import { logReducer, mergeSummaries, scanLog } from 'manyhands/recipes/access-log'
 *
 * const one = logReducer.merge(logReducer.zero(), await scanLog('logs/sunday.log.gz'), 'sunday')
 * const two = logReducer.merge(logReducer.zero(), await scanLog('logs/monday.log'), 'monday')
 * console.log(mergeSummaries(one, two).totals.lines) // 80
 * ```
 */
export function mergeSummaries(summary: LogSummary, other: LogSummary): LogSummary {
  for (const file of other.files) summary.files.push(file)
  for (const field of TOTALS) summary.totals[field] += other.totals[field]
  addCounts(summary, other)
  addSamples(summary, other.samples)
  return summary
}

/** How often each page was asked for: the paths after the filter. */
export function pagesOf({ paths }: LogSummary): Counter {
  const pages = new Counter()
  for (const [target, count] of paths) {
    const { path } = splitUrl(target)
    if (isPage(path)) pages.add(path, count)
  }
  return pages
}

/** The counts of each day, in order of time. Times not understood are left out. */
export function daysOf({ hours }: LogSummary): Counter {
  const days = new Counter()
  for (const [hour, count] of inOrder(hours)) if (isHour(hour)) days.add(hour.slice(0, 10), count)
  return days
}

/** Whether it is a time as `2015-05-20T11`, and not one kept because it was not understood. */
export function isHour(time: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d$/.test(time)
}

/** The `n` largest counts, largest first, equal ones by name: the same whatever the order in which they were added. */
export function ranked(counter: Counter, n = Infinity): [string, number][] {
  return [...counter].sort((a, b) => b[1] - a[1] || compare(a[0], b[0])).slice(0, n)
}

/** The counts by name. */
export function inOrder(counter: Counter): [string, number][] {
  return [...counter].sort((a, b) => compare(a[0], b[0]))
}

function addCounts(summary: LogSummary, other: LogReport | LogSummary): void {
  for (const field of COUNTERS) summary[field].update(other[field])
  for (const field of BOUNDED) {
    const bound = other.bounds[field]
    if (bound === undefined) continue
    const { error, dropped } = summary.bounds[field] ?? { error: 0, dropped: 0 }
    summary.bounds[field] = { error: error + bound.error, dropped: dropped + bound.dropped }
  }
}

function addSamples(summary: LogSummary, samples: LogSummary['samples']): void {
  if (samples.length === 0) return
  const all = [...summary.samples, ...samples]
  summary.samples = all.sort((a, b) => compare(a.path, b.path) || a.line - b.line).slice(0, SAMPLES)
}

/** The order of strings by their code units, the same everywhere. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
