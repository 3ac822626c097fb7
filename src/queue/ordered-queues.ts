import { InvalidOptionError } from '../errors/index.ts'
import { Reference, registerWireType, type Handle } from '../wire/index.ts'
import { type Priority, isPriority } from './heap.ts'
import { JoinableQueue, type JoinableQueueOptions } from './joinable-queue.ts'
import { handleOf, settingsOf } from './queue.ts'
import type { QueueSettings } from './queue-protocol.ts'

/**
 * A {@link JoinableQueue} that gives the newest item first. Python's `queue.LifoQueue`, for processes too.
 *
 * @example
 * ```ts
 * import { LifoQueue } from 'manyhands'
 *
 * const stack = new LifoQueue<number>()
 * await stack.putMany([1, 2, 3])
 * console.log(await stack.get()) // 3
 * ```
 */
export class LifoQueue<T = unknown> extends JoinableQueue<T> {
  /** @internal */
  protected override get kind(): string {
    return 'LifoQueue'
  }

  /** @internal */
  protected override settings(options: JoinableQueueOptions): QueueSettings {
    return settingsOf(options, 'lifo', options.attempts ?? 3)
  }

  static {
    registerWireType({
      name: 'manyhands.LifoQueue',
      class: LifoQueue,
      encode: (queue: LifoQueue): Handle => handleOf(queue).reference.toWire(),
      decode: (handle) => Reference.arrive('LifoQueue', handle, () => new LifoQueue()),
    })
  }
}

/** Options of a {@link PriorityQueue}. */
export interface PriorityQueueOptions<T> extends JoinableQueueOptions {
  /**
   * What an item is sorted by, lowest first: a number, string, bigint, boolean, date, or a list of them. It is called
   * by whoever puts, so it must not be needed elsewhere: a queue that was sent to another worker uses the default
   * there.
   *
   * @default the item itself; its `priority` where it is an object that has one
   */
  readonly priority?: ((item: T) => Priority) | undefined
}

/**
 * A {@link JoinableQueue} that gives the item with the lowest priority value first, and equal ones in the order they
 * were put. Python's `queue.PriorityQueue`, for processes too.
 *
 * @example
 * ```ts
 * import { PriorityQueue } from 'manyhands'
 *
 * const queue = new PriorityQueue<[number, string]>()
 * await queue.put([2, 'later'])
 * await queue.put([1, 'now'])
 * console.log(await queue.get()) // [ 1, 'now' ]
 * ```
 */
export class PriorityQueue<T = unknown> extends JoinableQueue<T> {
  readonly #priority: ((item: T) => Priority) | undefined

  constructor(options: PriorityQueueOptions<T> = {}) {
    super(options)
    this.#priority = options.priority
  }

  /** @internal */
  protected override get kind(): string {
    return 'PriorityQueue'
  }

  /** @internal */
  protected override settings(options: JoinableQueueOptions): QueueSettings {
    return settingsOf(options, 'priority', options.attempts ?? 3)
  }

  /** @internal */
  protected override keyOf(item: T): unknown {
    const key: unknown = this.#priority === undefined ? ownPriority(item) : this.#priority(item)
    if (isPriority(key)) return key
    throw new InvalidOptionError('priority', 'a number, string, bigint, boolean, date or a list of them', key)
  }

  static {
    registerWireType({
      name: 'manyhands.PriorityQueue',
      class: PriorityQueue,
      encode: (queue: PriorityQueue): Handle => handleOf(queue).reference.toWire(),
      decode: (handle) => Reference.arrive('PriorityQueue', handle, () => new PriorityQueue()),
    })
  }
}

function ownPriority(item: unknown): unknown {
  const isPlain = typeof item === 'object' && item !== null && !Array.isArray(item) && !(item instanceof Date)
  if (!isPlain) return listPriority(item)
  return 'priority' in item ? item.priority : item
}

/** `[priority, anything]`: what comes after what can be compared does not count. */
function listPriority(item: unknown): unknown {
  if (!Array.isArray(item)) return item
  const end = item.findIndex((part) => !isPriority(part))
  return end > 0 ? item.slice(0, end) : item
}
