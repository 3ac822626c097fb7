import type { WorkerInfo } from '../pool/index.ts'
import type { Timed } from './schedule/tally.ts'
import { type StopReason, stopExitCode } from './stop.ts'
import type { Done, Failure } from './store/outcome.ts'

/** Something that people should read. */
export interface RunWarning {
  /** A stable name, such as `'TASK_CHANGED'`. */
  readonly code: string
  readonly message: string
}

/** How a run went. */
export interface RunReport<R = unknown, A = unknown> {
  /** Items done in this run. */
  readonly done: number
  /** Items that failed in this run, after all their attempts. */
  readonly failed: number
  /** Items that were done before. */
  readonly skipped: number
  /** Items that failed before, and were not tried again. */
  readonly failedBefore: number
  /** Attempts that failed and were tried again. */
  readonly retried: number
  /** Items that are still to do; undefined where nobody knows how many inputs there are. */
  readonly left: number | undefined
  readonly total: number | undefined
  /** Milliseconds from the call of `run()` to its end. */
  readonly duration: number
  /** How often outcomes were saved. */
  readonly saves: number
  /** The workers, with their exit codes. */
  readonly workers: readonly WorkerInfo[]
  /** The items that took longest. */
  readonly slowest: readonly Timed[]
  readonly warnings: readonly RunWarning[]
  /** What stopped the run before its end. */
  readonly stoppedBy: StopReason | undefined
  /** What a program that ends with this run should exit with: 0 all done, 1 some failed, 130 or 143 stopped. */
  readonly exitCode: number
  /** The store's file. */
  readonly store: string | undefined
  /** All items that are done, also in earlier runs, in the order of their keys. Can be read more than once. */
  readonly results: Iterable<Done<R>>
  /** All items that failed. */
  readonly failures: Iterable<Failure>
  /** What the reducer made of all values. */
  readonly reduced: A | undefined
}

/** A look at a run that is going on. */
export interface RunSnapshot {
  readonly done: number
  readonly failed: number
  readonly skipped: number
  readonly failedBefore: number
  readonly retried: number
  /** Outcomes that are on disk. */
  readonly saved: number
  /** Items in the hands of workers. */
  readonly inHand: number
  readonly left: number | undefined
  readonly total: number | undefined
  /** Milliseconds since the run began. */
  readonly elapsed: number
  /** Items per second. */
  readonly rate: number
  /** Milliseconds until the end at this rate. */
  readonly eta: number | undefined
  readonly slowest: readonly Timed[]
  readonly workers: readonly WorkerInfo[]
  /** `'soon'` after a request to stop, `'now'` after the second. */
  readonly stopping: 'no' | 'soon' | 'now'
  /** The process of the store's writer: this one, unless `writer: 'process'`. */
  readonly writerPid: number | undefined
}

/** The exit code of a run: a stop says more than failures do. */
export function exitCodeOf(failed: number, stoppedBy: StopReason | undefined): number {
  return (stoppedBy && stopExitCode(stoppedBy)) ?? (failed > 0 ? 1 : 0)
}
