import { Deadline } from './deadline.ts'
import { TimeoutError } from './errors.ts'
import type { ResultStream } from './sinks.ts'

/**
 * The results of an executor's `map`, in input order, as an async iterator.
 *
 * It ends at the first error: the error of a call, or a {@link TimeoutError}. What was not started by then is dropped,
 * as it is when a `for await` is left early; what runs is told by its `signal`, and ended with its worker 200 ms later.
 *
 * @example
 * ```ts
 * import { type MapResults, ThreadPoolExecutor } from 'manyhands'
 *
 * await using executor = new ThreadPoolExecutor({ maxWorkers: 2 })
 * const lengths: MapResults<number> = executor.map((word: string) => word.length, ['one', 'three'])
 * for await (const length of lengths) console.log(length > 2) // true
 * ```
 */
export class MapResults<R> implements AsyncIterableIterator<R, undefined> {
  readonly #source: ResultStream<R>
  readonly #deadline: Deadline
  /** Let go of at the end, since it holds the executor. */
  #explain: ((error: unknown) => unknown) | undefined
  #ended = false

  /** @internal */
  constructor(source: ResultStream<R>, deadline: Deadline, explain: (error: unknown) => unknown) {
    this.#source = source
    this.#deadline = deadline
    this.#explain = explain
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /**
   * The next result.
   *
   * @throws {@link TimeoutError} when it is not there within the map's `timeout`, {@link CancelledError} when the
   * executor was shut down with `cancelFutures`. Otherwise what the call or the inputs threw.
   */
  async next(): Promise<IteratorResult<R, undefined>> {
    if (this.#ended) return { value: undefined, done: true }
    const { timeout } = this.#deadline
    const message = `The results of the map were not all there after ${timeout} ms; those missing are cancelled`
    try {
      const result = await this.#deadline.race(this.#source.next(), () => new TimeoutError('map', timeout, message))
      if (result.done) this.#end()
      return result
    } catch (error) {
      // Several may have been waiting; the first one tells.
      if (this.#ended) return { value: undefined, done: true }
      const explained = this.#explain?.(error)
      await this.return()
      throw explained
    }
  }

  #end(): void {
    this.#ended = true
    this.#explain = undefined
  }

  /** Drops what was not started, stops what runs, and ends the iteration. */
  async return(): Promise<IteratorResult<R, undefined>> {
    this.#end()
    await this.#source.return()
    return { value: undefined, done: true }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return()
  }
}
