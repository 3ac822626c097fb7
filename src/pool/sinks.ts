import { type Duration, duration } from '../options/index.ts'
import { withTimeout } from './async-result.ts'
import type { Sink } from './input-source.ts'

/** Collects the outcomes of a `map` in input order. */
export class ListSink implements Sink {
  readonly window = Infinity
  readonly consumed = 0
  readonly promise: Promise<unknown[]>
  readonly #values: unknown[] = []
  readonly #resolve: (values: unknown[]) => void
  readonly #reject: (error: unknown) => void
  /** The first error received; as in Python, it is thrown only when every call has ended. */
  #failure: { readonly error: unknown } | undefined

  constructor() {
    const { promise, resolve, reject } = Promise.withResolvers<unknown[]>()
    this.promise = promise
    this.#resolve = resolve
    this.#reject = reject
  }

  resolved(number: number, value: unknown): void {
    this.#values[number] = value
  }

  rejected(_number: number, error: unknown): void {
    this.#failure ??= { error }
  }

  inputFailed(_number: number, error: unknown): void {
    // Not an outcome of a call: it says why there is no complete list at all.
    this.#failure = { error }
  }

  settled(total: number | undefined): void {
    if (total === undefined) return
    if (this.#failure) this.#reject(this.#failure.error)
    else this.#resolve(this.#values)
  }

  abandoned(error: unknown): void {
    this.#reject(error)
  }
}

interface Waiting<R> {
  readonly resolve: (result: IteratorResult<R, undefined>) => void
  readonly reject: (error: unknown) => void
}

class Failure {
  readonly error: unknown

  constructor(error: unknown) {
    this.error = error
  }
}

/**
 * The results of `imap` and `imapUnordered`, as an async iterator.
 *
 * `next()` rejects with the error of a call that failed and goes on with the following calls. Leaving a `for await`
 * early cancels what was not started.
 *
 * @example
 * ```ts
 * import { Pool } from 'manyhands'
 *
 * await using pool = new Pool({ workers: 2 })
 * const lengths = pool.imap((word: string) => word.length, ['one', 'three'])
 * console.log(await lengths.next('5s')) // { value: 3, done: false }
 * for await (const length of lengths) console.log(length) // 5
 * ```
 */
export class ResultStream<R> implements AsyncIterableIterator<R, undefined>, Sink {
  readonly #ordered: boolean
  readonly #window: () => number
  readonly #onConsumed: () => void
  readonly #onReturn: () => void
  /** Outcomes that can be given out, from `#head` on. */
  #ready: unknown[] = []
  #head = 0
  /** Ordered only: outcomes that came before their turn. */
  readonly #early = new Map<number, unknown>()
  #nextNumber = 0
  #waiting: Waiting<R>[] = []
  #inputFailure: { readonly number: number; readonly error: Failure } | undefined
  #closed = false
  consumed = 0

  /** @internal */
  constructor(ordered: boolean, window: () => number, onConsumed: () => void, onReturn: () => void) {
    this.#ordered = ordered
    this.#window = window
    this.#onConsumed = onConsumed
    this.#onReturn = onReturn
  }

  get window(): number {
    return this.#window()
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /**
   * The next result.
   *
   * @param timeout - how long to wait for it. @default for ever
   * @throws {@link TimeoutError} when it is not there by then; it can be asked for again. Otherwise what the call threw.
   */
  next(timeout?: Duration): Promise<IteratorResult<R, undefined>> {
    if (this.#head < this.#ready.length) return this.#takeReady()
    if (this.#closed) return Promise.resolve({ value: undefined, done: true })
    const { promise, resolve, reject } = Promise.withResolvers<IteratorResult<R, undefined>>()
    const waiting = { resolve, reject }
    this.#waiting.push(waiting)
    if (timeout === undefined) return promise
    return withTimeout(promise, 'The next result', duration('timeout', timeout)).catch((error: unknown) => {
      this.#waiting = this.#waiting.filter((other) => other !== waiting)
      throw error
    })
  }

  /** Cancels what was not started and ends the stream. */
  async return(): Promise<IteratorResult<R, undefined>> {
    this.#ready = []
    this.#head = 0
    this.#close()
    this.#onReturn()
    return { value: undefined, done: true }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  #takeReady(): Promise<IteratorResult<R, undefined>> {
    const outcome = this.#ready[this.#head]
    this.#ready[this.#head++] = undefined
    if (this.#head === this.#ready.length) {
      this.#ready = []
      this.#head = 0
      this.consumed = this.#released
      this.#onConsumed()
    }
    return outcome instanceof Failure
      ? Promise.reject(outcome.error)
      : Promise.resolve({ value: outcome as R, done: false })
  }

  /** Outcomes that were made ready for the consumer. */
  #released = 0

  resolved(number: number, value: unknown): void {
    this.#arrived(number, value)
  }

  rejected(number: number, error: unknown): void {
    this.#arrived(number, new Failure(error))
  }

  #arrived(number: number, outcome: unknown): void {
    if (!this.#ordered) return this.#release(outcome)
    if (number !== this.#nextNumber) return void this.#early.set(number, outcome)
    this.#release(outcome)
    for (this.#nextNumber++; this.#early.has(this.#nextNumber); this.#nextNumber++) {
      this.#release(this.#early.get(this.#nextNumber))
      this.#early.delete(this.#nextNumber)
    }
  }

  #release(outcome: unknown): void {
    this.#released++
    const waiting = this.#waiting.shift()
    if (waiting === undefined) {
      this.#ready.push(outcome)
      return
    }
    this.consumed = this.#released
    if (outcome instanceof Failure) waiting.reject(outcome.error)
    else waiting.resolve({ value: outcome as R, done: false })
  }

  inputFailed(number: number, error: unknown): void {
    // Told after the results of the inputs before it.
    this.#inputFailure = { number, error: new Failure(error) }
  }

  settled(total: number | undefined): void {
    if (total === undefined) {
      if (this.#ready.length === 0) this.#onConsumed()
      return
    }
    if (this.#inputFailure) this.#release(this.#inputFailure.error)
    this.#close()
  }

  abandoned(error: unknown): void {
    this.#release(new Failure(error))
    this.#close()
  }

  #close(): void {
    this.#closed = true
    for (const { resolve } of this.#waiting) resolve({ value: undefined, done: true })
    this.#waiting = []
  }
}
