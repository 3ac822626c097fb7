import type { Duration } from '../options/index.ts'
import { Deadline } from './deadline.ts'
import { TimeoutError } from './errors.ts'
import type { Future } from './future.ts'
import { requireFutures } from './wait.ts'

/**
 * Gives futures as they are done, each once, those that are done already first: Python's
 * `concurrent.futures.as_completed`. The futures may be of several executors.
 *
 * @param options - `timeout`: how long it may take from this call until the last one is done. @default no limit
 * @throws {@link TimeoutError} from the iteration, when the time is over; what was done by then was given before.
 *
 * @example
 * ```ts
 * import { asCompleted, ThreadPoolExecutor } from 'manyhands'
 *
 * await using executor = new ThreadPoolExecutor({ maxWorkers: 2 })
 * const futures = ['1', '?'].map((text) => executor.submit((json: string) => JSON.parse(json) as number, text))
 * for await (const future of asCompleted(futures, { timeout: '10s' })) {
 *   console.log((await future.exception()) === null ? await future : 'failed')
 * }
 * ```
 */
export function asCompleted<F extends Future<unknown>>(
  futures: Iterable<F>,
  options: { readonly timeout?: Duration | undefined } = {},
): CompletedFutures<F> {
  return new Completions(requireFutures(futures), new Deadline(options.timeout))
}

/** Futures one after the other. TypeScript would believe that an `AsyncIterableIterator` awaits what it gives. */
export interface CompletedFutures<F> {
  next(): Promise<IteratorResult<F, undefined>>
  /** Waits for no more of them. */
  return(): Promise<IteratorResult<F, undefined>>
  [Symbol.asyncIterator](): CompletedFutures<F>
  [Symbol.asyncDispose](): Promise<void>
}

interface Asking<F> {
  readonly resolve: (result: IteratorResult<F, undefined>) => void
  readonly reject: (error: unknown) => void
}

/**
 * An iterator of its own, because an async generator would await each future and give its result instead. A future
 * that was given out is not referred to any more, so that its result can be collected while others are waited for.
 */
class Completions<F extends Future<unknown>> implements CompletedFutures<F> {
  readonly #deadline: Deadline
  readonly #total: number
  readonly #pending: Set<F>
  /** Done and not given out; those before `#head` were. */
  readonly #done: (F | undefined)[]
  #head = 0
  #asking: Asking<F>[] = []
  #stopTimer: (() => void) | undefined

  constructor(futures: Set<F>, deadline: Deadline) {
    this.#deadline = deadline
    this.#total = futures.size
    this.#done = [...futures].filter((future) => future.ended)
    for (const future of futures) if (future.ended) futures.delete(future)
    this.#pending = futures
    for (const future of futures) future.addWaiter(this.#told)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<F, undefined>> {
    const future = this.#done[this.#head]
    if (future !== undefined) {
      this.#done[this.#head++] = undefined
      return Promise.resolve({ value: future, done: false })
    }
    if (this.#pending.size === 0) return Promise.resolve({ value: undefined, done: true })
    return new Promise((resolve, reject) => {
      this.#asking.push({ resolve, reject })
      this.#stopTimer ??= this.#deadline.start(() => this.#timeOut())
    })
  }

  return(): Promise<IteratorResult<F, undefined>> {
    this.#done.length = this.#head = 0
    this.#stop()
    return Promise.resolve({ value: undefined, done: true })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }

  readonly #told = (future: F): void => {
    this.#pending.delete(future)
    const asking = this.#asking.shift()
    if (asking === undefined) this.#done.push(future)
    else asking.resolve({ value: future, done: false })
    if (this.#pending.size === 0) this.#stop()
    else if (this.#asking.length === 0) this.#pause()
  }

  #timeOut(): void {
    const { timeout } = this.#deadline
    const unfinished = `${this.#pending.size} (of ${this.#total}) futures unfinished after ${timeout} ms`
    const message = `${unfinished}; they go on and can be waited for again`
    this.#asking.shift()?.reject(new TimeoutError('futures', timeout, message))
    this.#stop()
  }

  #pause(): void {
    this.#stopTimer?.()
    this.#stopTimer = undefined
  }

  #stop(): void {
    this.#pause()
    for (const future of this.#pending) future.removeWaiter(this.#told)
    this.#pending.clear()
    for (const { resolve } of this.#asking) resolve({ value: undefined, done: true })
    this.#asking = []
  }
}
