import type { BlockOptions } from '../options/index.ts'
import { Reference, registerWireType, type Handle } from '../wire/index.ts'
import { QueueHandle } from './shared-queue.ts'

/** A put waits while there are this many bytes in it, as it waits at a full pipe in Python. */
const MAX_BYTES = 64 * 1024

/**
 * A queue with `put`, `get`, `empty` and `close` only. Python's `multiprocessing.SimpleQueue`: a `put` waits while more
 * than 64 KiB wait to be read.
 *
 * @example
 * ```ts
 * import { SimpleQueue } from 'manyhands'
 *
 * const queue = new SimpleQueue<string>()
 * await queue.put('hello')
 * console.log(await queue.get(), await queue.empty()) // hello true
 * ```
 */
export class SimpleQueue<T = unknown> {
  readonly #handle = new QueueHandle<T>('SimpleQueue', { order: 'fifo', maxSize: 0, maxBytes: MAX_BYTES, attempts: 0 })

  /**
   * Resolves when the item is in the queue.
   *
   * @throws {@link NotSerializableError} and nothing is queued
   */
  async put(item: T, { signal }: Pick<BlockOptions, 'signal'> = {}): Promise<void> {
    await this.#handle.put(item, () => undefined, { signal })
  }

  putSync(item: T): void {
    this.#handle.putSync(item, undefined, {})
  }

  get({ signal }: Pick<BlockOptions, 'signal'> = {}): Promise<T> {
    return this.#handle.get({ signal })
  }

  getSync(): T {
    return this.#handle.getSync({})
  }

  /** @throws {@link QueueClosedError} after `close()` */
  async empty(): Promise<boolean> {
    this.#handle.check()
    return (await this.#handle.stats()).size === 0
  }

  /** Says that this worker is done with it. */
  close(): void {
    this.#handle.close()
  }

  static {
    registerWireType({
      name: 'manyhands.SimpleQueue',
      class: SimpleQueue,
      encode: (queue: SimpleQueue): Handle => queue.#handle.reference.toWire(),
      decode: (handle) => Reference.arrive('SimpleQueue', handle, () => new SimpleQueue()),
    })
  }
}
