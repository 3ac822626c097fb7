import type { LogTally, MalformedLine } from './tally.ts'
import { hourOf } from './time.ts'

/** Counts by name, most common first: what `new Counter()` takes. */
export type Counts = readonly (readonly [name: string, count: number])[]

/** What a report counts by name, and may be told to keep only the most common of. */
export type CountedField = 'methods' | 'paths' | 'hosts' | 'agents' | 'hours'

/** How much of one kind of count was left out. */
export interface Bound {
  /** No count of this kind is short by more than this. */
  readonly error: number
  /** The sum of the counts that were left out. */
  readonly dropped: number
}

/** What one log holds: plain data, as it is sent between workers and stored for each file. */
export interface LogReport {
  readonly lines: number
  /** Lines that fit a format: `combined + common`. */
  readonly parsed: number
  /** Lines that fit none. */
  readonly malformed: number
  /** Empty lines. */
  readonly blank: number
  readonly combined: number
  readonly common: number
  /** Lines, of either format, that begin with `vhost:port`. */
  readonly vhost: number
  /** Parsed lines whose request is not `method target protocol`: they count for neither methods nor paths. */
  readonly oddRequests: number
  /** Bytes sent, the sum of the sizes. */
  readonly bytes: number
  readonly statuses: Counts
  readonly methods: Counts
  /** All paths as logged, without their queries, before any filter. */
  readonly paths: Counts
  readonly hosts: Counts
  /** By hour as logged, whatever the time zone: `'2015-05-20T11'`. A time not understood is kept as it stands. */
  readonly hours: Counts
  readonly agents: Counts
  /** The first malformed lines. */
  readonly samples: readonly MalformedLine[]
  /** Bytes of the file. */
  readonly size: number
  /** Bytes of text in it, after gunzip. */
  readonly raw: number
  readonly gzip: boolean
  /** What is wrong with the file, and what was counted nevertheless; null when nothing is. */
  readonly problem: string | null
  /** Only for counts that are not exact: because of `keep`, or because a log has too many names to hold. */
  readonly bounds: Partial<Record<CountedField, Bound>>
}

/** The facts of a file beside what its lines say. */
export type FileFacts = Pick<LogReport, 'size' | 'raw' | 'gzip' | 'problem'>

/**
 * Makes plain data of a tally.
 *
 * @param keep - how many of the most common paths, hosts and agents to keep.
 */
export function logReport(tally: LogTally, facts: FileFacts, keep = Infinity): LogReport {
  const bounds: Partial<Record<CountedField, Bound>> = {}
  const counts = (field: CountedField): Counts => {
    const { error, dropped } = tally[field]
    const entries = tally[field].entries()
    const rest = TRIMMED.has(field) ? entries.splice(keep) : []
    const bound = { error: error + (rest[0]?.[1] ?? 0), dropped: rest.reduce((sum, [, count]) => sum + count, dropped) }
    if (bound.error > 0) bounds[field] = bound
    return entries
  }
  return {
    lines: tally.lines,
    parsed: tally.combined + tally.common,
    malformed: tally.malformed,
    blank: tally.blank,
    combined: tally.combined,
    common: tally.common,
    vhost: tally.vhost,
    oddRequests: tally.oddRequests,
    bytes: tally.bytes,
    statuses: statuses(tally.statuses),
    methods: counts('methods'),
    paths: counts('paths'),
    hosts: counts('hosts'),
    hours: counts('hours').map(([time, count]) => [hourOf(time), count] as const),
    agents: counts('agents'),
    samples: tally.samples,
    ...facts,
    bounds,
  }
}

/** What `keep` shortens: the others are never many, but in a log made to be so. */
const TRIMMED = new Set<CountedField>(['paths', 'hosts', 'agents'])

function statuses(table: Float64Array): Counts {
  return Array.from(table, (count, status) => [String(status).padStart(3, '0'), count] as const)
    .filter(([, count]) => count > 0)
    .sort((a, b) => b[1] - a[1])
}
