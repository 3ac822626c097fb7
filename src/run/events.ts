import type { StoredError } from './store/outcome.ts'
import type { StopReason } from './stop.ts'

/** What happens in a run, as `onEvent` hears it. */
export type RunEvent<R = unknown> =
  /** The run begins. `total` is undefined where nobody knows yet how many inputs there are. */
  | {
      readonly type: 'start'
      readonly total: number | undefined
      readonly task: string
      readonly store: string | undefined
    }
  /** An item is done. It is saved when `saved` says so. */
  | {
      readonly type: 'done'
      readonly key: string
      readonly value: R
      readonly attempts: number
      readonly duration: number
      readonly worker: string
    }
  /** An item failed for good. */
  | {
      readonly type: 'failed'
      readonly key: string
      readonly error: StoredError
      readonly attempts: number
      readonly duration: number
      readonly worker: string
    }
  /** An attempt failed, and the item is tried again after `delay` milliseconds. */
  | {
      readonly type: 'retry'
      readonly key: string
      readonly error: StoredError
      readonly attempt: number
      readonly delay: number
      readonly worker: string
    }
  /** An item was done, or failed, in an earlier run. */
  | { readonly type: 'skipped'; readonly key: string; readonly reason: 'done' | 'failed' }
  /** The outcome of an item is on disk: no death of any process can take it away. */
  | { readonly type: 'saved'; readonly key: string }
  /** What a running task passed to its `progress()`. */
  | { readonly type: 'progress'; readonly key: string; readonly value: unknown }
  /** Something that people should read. `code` is stable. */
  | { readonly type: 'warning'; readonly code: string; readonly message: string }
  /** The run was asked to stop: `'soon'` lets what is in hand finish, `'now'` does not. */
  | { readonly type: 'stopping'; readonly how: 'soon' | 'now'; readonly reason: StopReason }
