import { type Duration, duration } from '../options/index.ts'
import { report } from './callbacks.ts'
import { InvalidStateError, TimeoutError } from './errors.ts'

/**
 * The result of a call that was made without waiting for it: Python's `AsyncResult` and `MapResult`.
 *
 * It can be awaited, which is the same as `get()`. A failure that nobody asks for is kept, not thrown.
 *
 * @example
 * ```ts
 * import { Pool, task } from 'manyhands'
 *
 * await using pool = new Pool({ workers: 2 })
 * const result = pool.mapAsync((x: number) => x * x, [1, 2, 3])
 * console.log(result.ready()) // false
 * await result.wait()
 * console.log(result.successful(), await result.get('5s')) // true [ 1, 4, 9 ]
 * ```
 */
export class AsyncResult<T> implements PromiseLike<T> {
  readonly #promise: Promise<T>
  readonly #id: number
  #state: 'pending' | 'successful' | 'failed' = 'pending'

  static #count = 0

  /** @internal */
  constructor(promise: Promise<T>, { callback, errorCallback }: ResultCallbacks<T> = {}) {
    this.#id = ++AsyncResult.#count
    this.#promise = promise.then(
      (value) => {
        this.#state = 'successful'
        report(callback, value)
        return value
      },
      (error: unknown) => {
        this.#state = 'failed'
        report(errorCallback, error)
        throw error
      },
    )
    this.#promise.catch(() => {})
  }

  /** Whether the outcome is there. */
  ready(): boolean {
    return this.#state !== 'pending'
  }

  /**
   * Whether it ended without an error.
   *
   * @throws {@link InvalidStateError} while the outcome is not there.
   */
  successful(): boolean {
    if (this.#state === 'pending')
      throw new InvalidStateError('The result is not ready; await it, or ask ready() first')
    return this.#state === 'successful'
  }

  /** Waits until the outcome is there, or for `timeout`; never throws what the call threw. */
  async wait(timeout?: Duration): Promise<void> {
    await this.get(timeout).catch(() => {})
  }

  /**
   * The value, once it is there.
   *
   * @param timeout - how long to wait for it. @default for ever
   * @throws {@link TimeoutError} when it is not there by then; the call goes on. Otherwise what the call threw.
   */
  async get(timeout?: Duration): Promise<T> {
    return timeout === undefined
      ? this.#promise
      : withTimeout(this.#promise, 'The result', duration('timeout', timeout))
  }

  // oxlint-disable-next-line unicorn/no-thenable -- awaiting it is the point.
  then<R = T, E = never>(
    onValue?: ((value: T) => R | PromiseLike<R>) | null,
    onError?: ((error: unknown) => E | PromiseLike<E>) | null,
  ): Promise<R | E> {
    return this.#promise.then(onValue, onError)
  }

  toString(): string {
    return `AsyncResult ${this.#id} (${this.#state})`
  }
}

/** Functions to be called with the outcome, before anyone who waits for it. */
export interface ResultCallbacks<T> {
  readonly callback?: ((value: T) => unknown) | undefined
  readonly errorCallback?: ((error: unknown) => unknown) | undefined
}

/** A promise, or a {@link TimeoutError} when it takes too long. */
export function withTimeout<T>(promise: Promise<T>, what: string, milliseconds: number): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(new TimeoutError(what, milliseconds)), Math.min(milliseconds, 2 ** 31 - 1))
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
