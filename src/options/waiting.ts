import { type Duration, duration } from './units.ts'

/** How long an operation may wait. */
export interface BlockOptions {
  /** Whether it waits at all. @default true */
  readonly block?: boolean | undefined
  /** How long it waits at most; 0 or less is not at all. @default for ever */
  readonly timeout?: Duration | undefined
  /** Ends the wait with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * The time to wait in milliseconds: 0 for not at all, -1 for ever. A negative timeout is 0, as in Python's
 * `multiprocessing`.
 *
 * @throws {@link InvalidOptionError} for a timeout that is no duration.
 */
export function waitTime({ block, timeout }: BlockOptions = {}): number {
  if (block === false) return 0
  if (timeout === undefined) return -1
  return typeof timeout === 'number' && timeout < 0 ? 0 : duration('timeout', timeout)
}
