import { randomBytes } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { type Duration, waitTime } from '../options/index.ts'
import { registerWireType } from '../wire/index.ts'
import { type Lock, RLock, lockHandleOf } from './lock.ts'
import { type LockToken, holdOf } from './lock-handle.ts'

type Limit = { readonly timeout?: Duration | undefined }

const everyone = 2 ** 31

/**
 * Lets workers wait until something is true of what a lock guards. Python's `multiprocessing.Condition`.
 *
 * Every method but `acquire` needs the lock, which the token proves.
 *
 * @example
 * ```ts
 * import { Condition } from 'manyhands'
 *
 * const condition = new Condition()
 * let ready = false
 * const waiting = condition.acquire().then(async (token) => {
 *   await condition.waitFor(token, () => ready)
 *   await token.release()
 *   return 'it is ready'
 * })
 * const token = await condition.acquire()
 * ready = true
 * await condition.notifyAll(token)
 * await token.release()
 * console.log(await waiting) // it is ready
 * ```
 */
export class Condition {
  /** The lock that guards it. */
  readonly lock: Lock | RLock
  readonly #id: number

  /** @param lock - a lock that others may use as well. @default a new RLock */
  constructor(lock: Lock | RLock = new RLock()) {
    this.lock = lock
    this.#id = arriving ?? randomBytes(4).readUInt32LE()
  }

  /** Acquires the lock. */
  acquire(): Promise<LockToken> {
    return this.lock.acquire()
  }

  acquireSync(): LockToken {
    return this.lock.acquireSync()
  }

  /**
   * Releases the lock, waits to be notified, and resolves when the lock is held again: `true`, or `false` when the time
   * was over first. All levels of a reentrant lock are released and restored.
   *
   * @throws {@link NotOwnedError} when the token does not hold the lock
   */
  async wait(token: LockToken, options: Limit = {}): Promise<boolean> {
    return lockHandleOf(this.lock).wait(holdOf(token), this.#id, options)
  }

  waitSync(token: LockToken, options: Limit = {}): boolean {
    return lockHandleOf(this.lock).waitSync(holdOf(token), this.#id, options)
  }

  /** Waits until `predicate` gives something true, asked with the lock held; resolves with its last value. */
  async waitFor<R>(token: LockToken, predicate: () => R | PromiseLike<R>, options: Limit = {}): Promise<R> {
    const left = countdown(options)
    for (;;) {
      const value = await predicate()
      const timeout = left()
      if (Boolean(value) || timeout === 0) return value
      await this.wait(token, timeout < 0 ? {} : { timeout })
    }
  }

  waitForSync<R>(token: LockToken, predicate: () => R, options: Limit = {}): R {
    const left = countdown(options)
    for (;;) {
      const value = predicate()
      const timeout = left()
      if (Boolean(value) || timeout === 0) return value
      this.waitSync(token, timeout < 0 ? {} : { timeout })
    }
  }

  /**
   * Wakes up to `count` of those who wait, those who have waited longest; resolves with how many there were. They go on
   * one by one as the lock is released.
   *
   * @throws {@link NotOwnedError} when the token does not hold the lock
   */
  async notify(token: LockToken, count = 1): Promise<number> {
    return lockHandleOf(this.lock).notify(holdOf(token), this.#id, count)
  }

  notifySync(token: LockToken, count = 1): number {
    return lockHandleOf(this.lock).notifySync(holdOf(token), this.#id, count)
  }

  /** Wakes all who wait. */
  notifyAll(token: LockToken): Promise<number> {
    return this.notify(token, everyone)
  }

  notifyAllSync(token: LockToken): number {
    return this.notifySync(token, everyone)
  }

  static {
    registerWireType({
      name: 'manyhands.Condition',
      class: Condition,
      encode: (condition: Condition): [Lock | RLock, number] => [condition.lock, condition.#id],
      decode: ([lock, id]) => {
        arriving = id
        try {
          return new Condition(lock)
        } finally {
          arriving = undefined
        }
      },
    })
  }
}

let arriving: number | undefined

/** What is left of the time: -1 for ever, 0 when it is over. */
function countdown(options: Limit): () => number {
  const time = waitTime(options)
  if (time < 0) return () => -1
  const end = performance.now() + time
  return () => Math.max(0, end - performance.now())
}
