import { type Duration, duration } from '../options/index.ts'

/** Longest time that a timer of Node's takes, in milliseconds; what is longer is as good as no limit. */
const LONGEST = 2 ** 31 - 1

/** A moment by which several things must be there, one after the other. */
export class Deadline {
  /** The time there was at the beginning, in milliseconds. */
  readonly timeout: number
  readonly #end: number

  constructor(timeout: Duration | undefined) {
    this.timeout = timeout === undefined ? Infinity : duration('timeout', timeout)
    this.#end = performance.now() + this.timeout
  }

  /** Calls `late` when the time is over, unless the function that it gives was called before. */
  start(late: () => void): () => void {
    const left = Math.max(0, this.#end - performance.now())
    if (left > LONGEST) return () => {}
    // Timers fire up to a millisecond early; a deadline must not.
    const timer = setTimeout(late, Math.ceil(left))
    return () => clearTimeout(timer)
  }

  /** What comes of a promise, or the error of `late` when that comes too late. */
  race<T>(promise: Promise<T>, late: () => Error): Promise<T> {
    if (this.timeout > LONGEST) return promise
    return new Promise((resolve, reject) => {
      const stop = this.start(() => reject(late()))
      promise.then(resolve, reject).finally(stop)
    })
  }
}
