import type { RunRecord, StoreFacts, TaskIdentity } from '../store/outcome.ts'
import type { PackedError } from '../store/pack-error.ts'
import type { PackedBatch } from './batch.ts'

/**
 * What a run and the writer of its store say to each other.
 *
 * One writer owns the file: it takes the store's lock, opens the file, and is the only one that touches it. It lives
 * in a thread of its own (or a process, or on the run's thread), so that no worker and no event loop ever waits for a
 * disk.
 *
 *   run → writer                          writer → run
 *   open    path, task                    opened   what the store says of itself; nothing was created yet
 *   begin   root, code version            (creates the store where there is none)
 *   check   keys of a page of inputs      checked  how each stands to the store
 *   save    a batch of outcomes           saved    the batch is on disk: only now is anything called saved
 *   run     how the run stands, or ended  (records it)
 *   close                                 closed   file closed, lock given back; the writer ends
 *                                         waiting  another program holds the file; the commit goes on when it lets go
 *                                         failed   an error; the file is closed, and the writer ends
 *
 * Messages are handled in order, one at a time, and each is done when the next begins; only questions may overtake a
 * save that another program holds up. At most one batch is on its way
 * at a time: what comes in meanwhile is the next batch, so commits grow with the load. The run stops handing out items
 * while too much is unsaved (recorder.ts): that is the bound of the queue between workers and file.
 *
 * Deaths. When the run dies, the writer sees the end of the channel, after all that was sent before: it saves that, gives
 * the lock back, and ends. When the writer dies, the run sees its exit, stops the workers and fails: what was
 * acknowledged is on disk, and everything else is done again by the next run. When both die, the kernel drops the lock,
 * and the file is as the last commit left it.
 */
export type ToWriter =
  | {
      readonly type: 'open'
      readonly path: string
      readonly pid: number
      readonly task: TaskIdentity
      readonly restart: boolean
      readonly refuseChanged: boolean
    }
  | { readonly type: 'begin'; readonly root: string | null; readonly run: RunRecord }
  | {
      readonly type: 'check'
      readonly id: number
      readonly keys: readonly string[]
      readonly fingerprints: readonly (string | null)[] | null
    }
  | { readonly type: 'save'; readonly batch: PackedBatch }
  | { readonly type: 'run'; readonly run: RunRecord }
  | { readonly type: 'close' }

export type FromWriter =
  | {
      readonly type: 'opened'
      readonly facts: StoreFacts | null
      readonly isEmpty: boolean
      readonly isChanged: boolean
      readonly warnings: readonly string[]
    }
  | { readonly type: 'checked'; readonly id: number; readonly standings: Uint8Array }
  | { readonly type: 'saved'; readonly id: number }
  | { readonly type: 'waiting' }
  | { readonly type: 'failed'; readonly error: PackedError }
  | { readonly type: 'closed' }
