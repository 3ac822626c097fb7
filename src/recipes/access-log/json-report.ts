import type { ReportOptions } from '../recipe.ts'
import type { Bound, CountedField } from './log-report.ts'
import { type LogRow, type LogSummary, compare, daysOf, inOrder, pagesOf, ranked } from './summary.ts'

/** What `manyhands report --json` prints for access logs. Lists are most common first; times are as logged. */
export interface LogJson extends Readonly<LogSummary['totals']> {
  readonly statuses: Record<string, number>
  readonly methods: Record<string, number>
  /** All paths, before the filter. */
  readonly paths: Record<string, number>
  /** Paths after the filter. */
  readonly pages: Record<string, number>
  readonly hosts: Record<string, number>
  /** In order of time. */
  readonly hours: Record<string, number>
  /** In order of time. */
  readonly days: Record<string, number>
  readonly agents: Record<string, number>
  /** How many different ones there are, whatever `top` leaves of them. */
  readonly distinct: Readonly<Record<'paths' | 'pages' | 'hosts' | 'agents', number>>
  readonly files: readonly LogRow[]
  readonly samples: LogSummary['samples']
  /** Empty when every count is exact; else what counts may be short by. */
  readonly bounds: Partial<Record<CountedField, Bound>>
}

/** The summary as an object for JSON: the same whatever the order in which its logs were merged. */
export function jsonReport(summary: LogSummary, { top }: ReportOptions = {}): LogJson {
  const { paths, hosts, agents, bounds, samples } = summary
  const pages = pagesOf(summary)
  return {
    ...summary.totals,
    statuses: Object.fromEntries(inOrder(summary.statuses)),
    methods: Object.fromEntries(ranked(summary.methods)),
    paths: Object.fromEntries(ranked(paths, top)),
    pages: Object.fromEntries(ranked(pages, top)),
    hosts: Object.fromEntries(ranked(hosts, top)),
    hours: Object.fromEntries(inOrder(summary.hours)),
    days: Object.fromEntries(daysOf(summary)),
    agents: Object.fromEntries(ranked(agents, top)),
    distinct: { paths: paths.size, pages: pages.size, hosts: hosts.size, agents: agents.size },
    files: summary.files.toSorted((a, b) => compare(a.path, b.path)),
    samples,
    bounds,
  }
}
