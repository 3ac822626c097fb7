/**
 * What a worker and its owner say to each other, and who owns what.
 *
 * The owner owns every call until the worker has answered for it. Messages travel in order over one channel:
 *
 *   owner → worker
 *     initialize  the arguments of the initializer, if there is one; always first
 *     load      how task number `task` is found; always before the first calls of that task
 *     calls     a batch: run these inputs one after the other, and answer for each exactly once
 *     cancel    the call `index` of batch `batch` is no longer wanted: abort its signal (it still answers)
 *     revoke    give back what did not begin: all later batches and, if batch `cut` runs, the rest of it
 *     close     finish what was sent, tear down, end
 *   worker → owner
 *     ready     the worker runs; nothing was lost before this
 *     loading   the module of task number `task` (0: the initializer) begins to be imported, against a time limit
 *     loaded    its module is imported, and this is what the task is called: that limit is off
 *     prepared  its setup is done too: its first call begins, and with it the time of that call
 *     results   outcomes of calls from..from+values.length-1 of a batch, in order; `errors` lists those that threw
 *     returned  answer to revoke: of each batch the index from which on no call ran or will
 *     load-failed  the task of a batch cannot be made ready: none of its calls ran
 *     unreadable   a batch holds what cannot be decoded, even with the modules of all tasks imported: none of it ran
 *     progress  what the running call passed to progress()
 *     log       one line of a task's log()
 *     leaving   process.exit() was called while call `index` of batch `batch` ran, or no call (0)
 *     fatal     an error nobody caught: the worker is about to die of it
 *
 * If the worker dies, the channel ends after everything it sent was delivered. The owner then knows: answered calls
 * are done; of the others, the one that `leaving` names or `current` points at was running (threads; see
 * {@link CURRENT_BATCH}), or the first unanswered one was, or one soon after it (processes that were killed); the rest
 * never started or lost their answers, and are sent to another worker. If the owner dies, the channel ends at the
 * worker, which ends itself; a worker too busy to see that is ended by the reaper (reaper.ts), or with its process when
 * it is a thread.
 *
 * A worker holds back answers for at most a millisecond of work, so that tiny calls share a frame.
 */
import type { TaskReference } from '../task/index.ts'

export type ToWorker =
  | readonly ['initialize', args: readonly unknown[]]
  | readonly ['load', task: number, reference: TaskReference]
  | readonly ['calls', batch: number, task: number, spread: boolean, inputs: readonly unknown[]]
  | readonly ['cancel', batch: number, index: number]
  | readonly ['revoke', cut: number]
  | readonly ['close']

export type FromWorker =
  | readonly ['ready']
  | readonly ['loading', task: number]
  | readonly ['loaded', task: number, name: string]
  | readonly ['prepared', task: number]
  | readonly [
      'results',
      batch: number,
      values: unknown[],
      errors: readonly number[] | null,
      startedAt: number,
      elapsed: number,
    ]
  | readonly ['returned', batches: readonly (readonly [batch: number, from: number])[]]
  | readonly ['load-failed', batch: number, error: unknown]
  | readonly ['unreadable', batch: number, error: unknown]
  | readonly ['progress', batch: number, index: number, value: unknown]
  | readonly ['log', line: string]
  | readonly ['leaving', batch: number, index: number]
  | readonly ['fatal', error: unknown]

/** Words shared with a thread, written by the worker: batch and index of the call it runs now. */
export const CURRENT_BATCH = 0
export const CURRENT_INDEX = 1
/** In place of an index while answers are encoded: that runs code of users too, and for more than one call. */
export const ENCODING = -2
/** Words of the bell that wakes a lingering thread. */
export const BELL_COUNT = 2
export const BELL_LINGERING = 3
export const SHARED_WORDS = 4

/** How long a thread that ran out of calls waits for the next with its event loop halted, in milliseconds. */
export const LINGER = 0.5

/** How long a worker may hold back answers, in milliseconds of work. */
export const FLUSH_AFTER = 1

/** What a worker is told when it starts. */
export interface WorkerSettings {
  readonly name: string
  /** What its owner is called. */
  readonly owner: string
  /** Run once in the worker before anything else; its arguments come in a message. */
  readonly initializer: TaskReference | null
}
