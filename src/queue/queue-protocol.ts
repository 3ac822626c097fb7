/**
 * Operations. `a` is the time to wait; `b` how many items at most. The answer to PUT has `b` = 1 when the queue has no
 * limit.
 */
export const PUT = 1
export const GET = 2
export const STATS = 3
export const TASK_DONE = 4
export const JOIN = 5
export const SHUT_DOWN = 6
export const RESIZE = 7

/** Statuses of its own. */
export const SHUT = 16
export const LOST = 17

export interface QueueSettings {
  readonly order: 'fifo' | 'lifo' | 'priority'
  /** Items; 0 for any number. */
  readonly maxSize: number
  /** Bytes; a put waits while there are more. */
  readonly maxBytes: number
  /**
   * How many consumers may die with an item of a joinable queue before it is given up; 0 for a queue that is not
   * joinable.
   */
  readonly attempts: number
}

/** What `stats()` tells, in this order. */
export type StatsRow = readonly [
  size: number,
  maxSize: number,
  puts: number,
  gets: number,
  getters: number,
  putters: number,
  unfinished: number,
  lost: number,
  isShutdown: boolean,
]
