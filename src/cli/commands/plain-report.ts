import type { Store, Timed } from '../../run/index.ts'
import { errorLine } from '../progress/listen.ts'

/** What can be said of the results of any task. Times are in milliseconds. */
export interface PlainReport {
  readonly task: string | undefined
  readonly store: string
  readonly done: number
  readonly failed: number
  readonly left: number | null
  /** Time that the workers spent on items, in their last attempts. */
  readonly work: number
  /** How long items took. */
  readonly durations: { readonly median: number; readonly p95: number; readonly longest: number } | null
  /** How many items each worker ended. */
  readonly workers: Readonly<Record<string, number>>
  readonly slowest: readonly Timed[]
  /** Failures with the same error together, the most frequent first. */
  readonly errors: readonly { readonly error: string; readonly count: number; readonly example: string }[]
}

/** Reads all outcomes once. */
export function plainReport(store: Store, top: number): PlainReport {
  const { task, done, failed, left = null } = store.status()
  const most = Math.min(top, MOST_SLOWEST)
  const durations: number[] = []
  const slowest: Timed[] = []
  const workers = new Map<string, number>()
  const errors = new Map<string, { error: string; count: number; example: string }>()
  for (const { key, duration, worker, error } of store.outcomes()) {
    durations.push(duration)
    workers.set(worker, (workers.get(worker) ?? 0) + 1)
    if (duration > (slowest[most - 1]?.duration ?? -1)) insert(slowest, { key, duration }, most)
    if (error === undefined) continue
    const line = errorLine(error)
    const group = errors.get(line)
    if (group === undefined) errors.set(line, { error: line, count: 1, example: key })
    else group.count++
  }
  durations.sort((a, b) => a - b)
  const at = (share: number): number => durations[Math.ceil(durations.length * share) - 1] ?? 0
  return {
    task,
    store: store.path,
    done,
    failed,
    left,
    work: durations.reduce((sum, each) => sum + each, 0),
    durations: durations.length === 0 ? null : { median: at(0.5), p95: at(0.95), longest: at(1) },
    workers: Object.fromEntries([...workers].sort(([a], [b]) => (a < b ? -1 : 1))),
    slowest,
    errors: [...errors.values()].sort((a, b) => b.count - a.count).slice(0, top),
  }
}

/** However many are asked for: a list of all items by time is what `results --details` gives. */
const MOST_SLOWEST = 1000

function insert(list: Timed[], item: Timed, most: number): void {
  const place = list.findIndex(({ duration }) => duration < item.duration)
  list.splice(place < 0 ? list.length : place, 0, item)
  list.length = Math.min(list.length, most)
}
