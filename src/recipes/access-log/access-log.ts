import type { Recipe } from '../recipe.ts'
import { jsonReport } from './json-report.ts'
import type { LogReport } from './log-report.ts'
import { scanLog } from './scan-log.ts'
import { type LogSummary, logReducer } from './summary.ts'
import { textReport } from './text-report.ts'

/**
 * The recipe `access-log`: web server access logs of Apache and nginx, plain or gzipped, counted.
 *
 * @example
 * ```ts
 * import { accessLog } from 'manyhands/recipes/access-log'
 *
 * const logs = ['logs/sunday.log.gz']
 * let summary = accessLog.reducer.zero()
 * for (const log of logs) summary = accessLog.reducer.merge(summary, await accessLog.task(log), log)
 * const [title] = accessLog.report(summary, { top: 5 }).split('\n')
 * console.log(title) // Access logs: 1 file, 14.9 KB of text, 2.2 KB on disk
 * ```
 */
export const accessLog: Recipe<LogReport, LogSummary> = {
  name: 'access-log',
  description: 'count web server access logs: statuses, pages, hosts, hours, user agents, malformed lines',
  task: scanLog,
  extensions: [],
  reducer: logReducer,
  report: textReport,
  toJSON: jsonReport,
}
