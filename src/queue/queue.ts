import { count, type BlockOptions } from '../options/index.ts'
import { type Handle, NotSerializableError, Reference, registerWireType } from '../wire/index.ts'
import type { QueueSettings } from './queue-protocol.ts'
import { QueueHandle, type QueueStats } from './shared-queue.ts'

/** Options of a queue. */
export interface QueueOptions {
  /** Items it holds at most; a put waits while it is full. 0 for any number. @default 0 */
  readonly maxSize?: number | undefined
  /**
   * Called instead of rejecting `put` when an item cannot be sent. The item is dropped. Only here: it does not travel
   * with the queue.
   *
   * @default undefined
   */
  readonly onPutError?: ((error: unknown, item: unknown) => void) | undefined
}

const handles = new WeakMap<object, QueueHandle<unknown>>()

/** The handle within a queue, for the classes beside this one. */
export function handleOf<T>(queue: object): QueueHandle<T> {
  return handles.get(queue) as QueueHandle<T>
}

export function settingsOf({ maxSize = 0 }: QueueOptions, order: QueueSettings['order'], attempts = 0): QueueSettings {
  return { order, maxSize: count('maxSize', maxSize, 0), maxBytes: Infinity, attempts }
}

/**
 * A queue shared by any number of threads and processes, the main thread included: pass it to a task, inside any value,
 * or through another queue. First in, first out. Python's `multiprocessing.Queue`, and its `queue.Queue` as well.
 *
 * It lives where it was made, and ends with that worker. What a `put` that resolved has put stays in it whatever
 * becomes
 * of the one who put it; an item is handed to one caller only, and one that was on its way to a worker that died goes
 * to
 * the next. Every value that can be sent to a task can be put; it arrives as a copy.
 *
 * The methods ending in `Sync` block the thread of a worker; on the main thread they throw a {@link BlockingCallError}.
 *
 * @example
 * ```ts
 * import { Pool, Queue } from 'manyhands'
 *
 * const words = new Queue<string>({ maxSize: 100 })
 * await using pool = new Pool({ workers: 1 })
 * const lengths = pool.apply(async (queue: Queue<string>) => {
 *   const found: number[] = []
 *   for await (const word of queue) found.push(word.length)
 *   return found
 * }, [words])
 * await words.putMany(['one', 'three'])
 * await words.shutdown()
 * console.log(await lengths) // [ 3, 5 ]
 * ```
 */
export class Queue<T = unknown> {
  readonly #handle: QueueHandle<T>
  readonly #onPutError: QueueOptions['onPutError']

  /** @throws {@link InvalidOptionError} for a `maxSize` that is no whole number of at least 0. */
  constructor(options: QueueOptions = {}) {
    this.#handle = new QueueHandle<T>(this.kind, this.settings(options))
    this.#onPutError = options.onPutError
    handles.set(this, this.#handle)
  }

  /** @internal */
  protected get kind(): string {
    return 'Queue'
  }

  /** @internal */
  protected settings(options: QueueOptions): QueueSettings {
    return settingsOf(options, 'fifo')
  }

  /** @internal */
  protected keyOf(_value: T): unknown {
    return undefined
  }

  /**
   * Resolves when the item is in the queue, for which it waits while the queue is full. Where the queue has no limit, a
   * worker's puts resolve as soon as they are on their way, which nothing but the end of the queue itself can stop;
   * a put that comes too late for a `shutdown` makes the next one throw {@link ShutDown}.
   *
   * @throws {@link Full} when it may not wait, or not any longer; {@link ShutDown}; {@link NotSerializableError}
   */
  put(item: T, options: BlockOptions = {}): Promise<void> {
    const put = this.#handle.put(item, () => this.keyOf(item), options)
    const hook = this.#onPutError
    if (hook === undefined) return put
    return put.catch((error: unknown) => {
      if (!(error instanceof NotSerializableError)) throw error
      hook(error, item)
    })
  }

  /** `put` without waiting for room. */
  putNowait(item: T): Promise<void> {
    return this.put(item, { block: false })
  }

  /**
   * Puts each of them, in order and with nothing else in between where there is room: many times faster than one by
   * one.
   */
  putMany(items: Iterable<T>, options: BlockOptions = {}): Promise<void> {
    return this.#handle.putMany(items, (item) => this.keyOf(item), options)
  }

  putSync(item: T, options: BlockOptions = {}): void {
    this.#handle.putSync(item, this.keyOf(item), options)
  }

  /**
   * Resolves with the next item, for which it waits while the queue is empty.
   *
   * @throws {@link Empty} when it may not wait, or not any longer; {@link ShutDown} when the queue was shut down and is
   * empty
   */
  get(options: BlockOptions = {}): Promise<T> {
    return this.#handle.get(options)
  }

  /** `get` without waiting for an item. */
  getNowait(): Promise<T> {
    return this.get({ block: false })
  }

  /** Waits for one item and takes up to `most` of those that are there, 65 535 at the most. */
  getMany(most: number, options: BlockOptions = {}): Promise<T[]> {
    return this.#handle.getMany(count('most', most), options)
  }

  getSync(options: BlockOptions = {}): T {
    return this.#handle.getSync(options)
  }

  /** Items until the queue is shut down and empty. */
  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    return this.#handle.iterate()
  }

  /** Items in it. */
  async qsize(): Promise<number> {
    return (await this.#handle.stats()).size
  }

  async empty(): Promise<boolean> {
    return (await this.#handle.stats()).size === 0
  }

  async full(): Promise<boolean> {
    const { size, maxSize } = await this.#handle.stats()
    return maxSize > 0 && size >= maxSize
  }

  /** What was put, got and waits, all at one moment. */
  stats(): Promise<QueueStats> {
    return this.#handle.stats()
  }

  /** Changes the limit; items beyond it stay. 0 for none. */
  setMaxSize(maxSize: number): Promise<void> {
    return this.#handle.resize(count('maxSize', maxSize, 0))
  }

  /**
   * Ends the queue for everybody: waiting and later puts throw {@link ShutDown}, and so do gets once it is empty.
   * Python 3.13.
   *
   * @param options - `immediate` throws away what is in it.
   */
  shutdown({ immediate = false }: { readonly immediate?: boolean | undefined } = {}): Promise<void> {
    return this.#handle.shutDown(immediate)
  }

  /** Says that this worker is done with the queue: it may neither put nor get any more. Others are not concerned. */
  close(): void {
    this.#handle.close()
  }

  /** After `close()`: resolves when all that this worker has put is in the queue. */
  joinThread(): Promise<void> {
    return this.#handle.joinThread()
  }

  /** Does nothing: a worker that ends never waits for others to read. Python has it. */
  cancelJoinThread(): void {}

  static {
    registerWireType({
      name: 'manyhands.Queue',
      class: Queue,
      encode: (queue: Queue): Handle => queue.#handle.reference.toWire(),
      decode: (handle) => Reference.arrive('Queue', handle, () => new Queue()),
    })
  }
}
