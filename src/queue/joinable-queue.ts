import { type Duration, type BlockOptions, count } from '../options/index.ts'
import { Reference, registerWireType, type Handle } from '../wire/index.ts'
import { Queue, type QueueOptions, handleOf, settingsOf } from './queue.ts'
import type { QueueSettings } from './queue-protocol.ts'

/** Options of a {@link JoinableQueue}. */
export interface JoinableQueueOptions extends QueueOptions {
  /**
   * How many workers may get an item before it is given up. When a worker dies with an item that it took and did not
   * mark done, the next one gets it; 1 gives it up at once.
   *
   * @default 3
   */
  readonly attempts?: number | undefined
}

/**
 * A {@link Queue} that knows when everything put into it is done: for each item taken, call `taskDone()`.
 *
 * Nothing is forgotten when a consumer dies: its items go to the front of the queue, and so to another consumer, up to
 * `attempts` times. Then they are given up, and `join()` throws an {@link OwnerDiedError} that counts them.
 *
 * @example
 * ```ts
 * import { JoinableQueue, Pool } from 'manyhands'
 *
 * const jobs = new JoinableQueue<number>()
 * await using pool = new Pool({ workers: 2 })
 * const work = async (queue: JoinableQueue<number>) => {
 *   let sum = 0
 *   for await (const job of queue) {
 *     sum += job
 *     await queue.taskDone()
 *   }
 *   return sum
 * }
 * const sums = [pool.apply(work, [jobs]), pool.apply(work, [jobs])]
 * await jobs.putMany([1, 2, 3, 4])
 * await jobs.join()
 * await jobs.shutdown()
 * const [a = 0, b = 0] = await Promise.all(sums)
 * console.log(a + b) // 10
 * ```
 */
export class JoinableQueue<T = unknown> extends Queue<T> {
  // Only for its options' type: the constructor of Queue does the work.
  constructor(options: JoinableQueueOptions = {}) {
    super(options)
  }

  /** @internal */
  protected override get kind(): string {
    return 'JoinableQueue'
  }

  /** @internal */
  protected override settings(options: JoinableQueueOptions): QueueSettings {
    return settingsOf(options, 'fifo', count('attempts', options.attempts ?? 3))
  }

  /**
   * Marks one item that was taken as done.
   *
   * @throws {@link InvalidStateError} when it is called more often than there were items
   */
  taskDone(): Promise<void> {
    return handleOf(this).taskDone()
  }

  taskDoneSync(): void {
    handleOf(this).taskDoneSync()
  }

  /**
   * Resolves when every item that was put has been marked done.
   *
   * @throws {@link TimeoutError} after `timeout`; {@link OwnerDiedError} when items were given up
   */
  join(
    options: { readonly timeout?: Duration | undefined; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<void> {
    return handleOf(this).join(options)
  }

  joinSync(options: Pick<BlockOptions, 'timeout'> = {}): void {
    handleOf(this).joinSync(options)
  }

  /** Items that were put and are not done. */
  async unfinishedTasks(): Promise<number> {
    return (await this.stats()).unfinished
  }

  static {
    registerWireType({
      name: 'manyhands.JoinableQueue',
      class: JoinableQueue,
      encode: (queue: JoinableQueue): Handle => handleOf(queue).reference.toWire(),
      decode: (handle) => Reference.arrive('JoinableQueue', handle, () => new JoinableQueue()),
    })
  }
}
