/** Anything a stage reads from. */
export type Source<T> = Iterable<T> | AsyncIterable<T>

/**
 * What a stage gives: an async iterable that hands its items on in batches where it can.
 *
 * `for await` takes one item at a time. Between two stages, and to a consumer that asks for {@link Stream.batches},
 * items travel a batch at a time, because awaiting each of millions of lines costs more than parsing it. Nothing is
 * read before it is asked for, and no more than a batch ahead. A stream is read once.
 *
 * @example
 * ```ts
 * import { accessIter } from 'manyhands/recipes/access-log'
 *
 * const accesses = accessIter(['192.0.2.1 - - [01/Jun/2012:22:17:55 -0400] "GET / HTTP/1.1" 200 5', 'no such line'])
 * for await (const { host, status } of accesses) console.log(host, status) // 192.0.2.1 200
 * console.log(accesses.skipped) // 1
 * ```
 */
export class Stream<T> implements AsyncIterable<T> {
  /** How many items of the source were left out because they could not be read. Final when the stream has ended. */
  skipped = 0
  readonly #batches: (stream: Stream<T>) => AsyncIterator<readonly T[], unknown>

  /** @param batches - makes the batches; it gets this stream, to count what it skips. */
  constructor(batches: (stream: Stream<T>) => AsyncIterator<readonly T[], unknown>) {
    this.#batches = batches
  }

  /** The same items, in arrays. */
  batches(): AsyncIterable<readonly T[]> {
    return { [Symbol.asyncIterator]: () => this.#batches(this) }
  }

  [Symbol.asyncIterator](): AsyncIterator<T, undefined> {
    return new ItemIterator(this.#batches(this))
  }
}

/** Like an async generator over the items of batches, at half of its cost for each item. */
class ItemIterator<T> implements AsyncIterator<T, undefined> {
  readonly #batches: AsyncIterator<readonly T[], unknown>
  #batch: readonly T[] = []
  #next = 0

  constructor(batches: AsyncIterator<readonly T[], unknown>) {
    this.#batches = batches
  }

  next(): Promise<IteratorResult<T, undefined>> {
    const value = this.#batch[this.#next]
    if (value === undefined) return this.#nextBatch()
    this.#next++
    return Promise.resolve({ value, done: false })
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.#batch = []
    await this.#batches.return?.()
    return { value: undefined, done: true }
  }

  async #nextBatch(): Promise<IteratorResult<T, undefined>> {
    const { value, done } = await this.#batches.next()
    if (done === true) return { value: undefined, done }
    this.#batch = value
    this.#next = 0
    return this.next()
  }
}

const BATCH = 1024

/** The items of any source, in batches: as they come from a {@link Stream}, singly from another async iterable. */
export async function* batchesOf<T>(source: Source<T>): AsyncGenerator<readonly T[], void> {
  if (source instanceof Stream) {
    yield* source.batches() as AsyncIterable<readonly T[]>
  } else if (Symbol.asyncIterator in source) {
    for await (const item of source) yield [item]
  } else {
    let batch: T[] = []
    for (const item of source) {
      if (batch.push(item) < BATCH) continue
      yield batch
      batch = []
    }
    if (batch.length > 0) yield batch
  }
}

/** A stage that makes one thing, or nothing, of each item. Making nothing counts as skipping. */
export function mapped<A, B>(
  batches: () => AsyncIterable<readonly A[]>,
  make: (item: A) => B | undefined,
  onSkip?: (item: A) => void,
): Stream<B> {
  return new Stream(async function* (stream) {
    for await (const batch of batches()) {
      const made: B[] = []
      for (const item of batch) {
        const one = make(item)
        if (one !== undefined) made.push(one)
        else {
          stream.skipped++
          onSkip?.(item)
        }
      }
      if (made.length > 0) yield made
    }
  })
}
