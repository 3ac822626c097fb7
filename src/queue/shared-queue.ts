import { InvalidStateError, TimeoutError } from '../errors/index.ts'
import { type BlockOptions, waitTime } from '../options/index.ts'
import { type Item, OK, OwnerDiedError, REFUSED, Reference, type Reply, decodeItem, encodeItem } from '../wire/index.ts'
import { Empty, Full, QueueClosedError, ShutDown } from './errors.ts'
import { QueueCore } from './queue-core.ts'
import { PutBuffer } from './put-buffer.ts'
import {
  GET,
  JOIN,
  LOST,
  PUT,
  type QueueSettings,
  RESIZE,
  SHUT,
  SHUT_DOWN,
  STATS,
  type StatsRow,
  TASK_DONE,
} from './queue-protocol.ts'

/** Most items and bytes that one message of a `putMany` carries. */
const CHUNK_ITEMS = 1000
const CHUNK_BYTES = 256 * 1024
const MOST_ITEMS = 0xffff
const NOTHING: readonly never[] = []

/** What a queue knows of itself. */
export interface QueueStats {
  /** Items in it. */
  readonly size: number
  /** 0 for no limit. */
  readonly maxSize: number
  /** Items put and items got, ever. */
  readonly puts: number
  readonly gets: number
  /** Calls that wait to get and to put. */
  readonly getters: number
  readonly putters: number
  /** Of a joinable queue: items put and not done. */
  readonly unfinished: number
  /** Of a joinable queue: items given up because consumer after consumer died with them. */
  readonly lost: number
  readonly isShutdown: boolean
}

/** What the handles of all queues do alike: requests to the core, and what its answers mean. */
export class QueueHandle<T> {
  readonly #kind: string
  readonly #reference: Reference
  readonly #isPriority: boolean
  #isClosed = false
  #used = false
  readonly #buffers = new PutBuffer()

  constructor(kind: string, settings: QueueSettings) {
    this.#kind = kind
    this.#isPriority = settings.order === 'priority'
    this.#reference = Reference.make(kind, () => new QueueCore(settings))
  }

  get reference(): Reference {
    return this.#reference
  }

  get isClosed(): boolean {
    return this.#isClosed
  }

  put(value: T, key: () => unknown, options: BlockOptions): Promise<void> {
    try {
      this.check()
      const items = this.#isPriority ? [this.#kept(key()), this.#item(value)] : [this.#item(value)]
      if (this.#buffers.isOpen) return this.#buffers.put(this.#reference, items)
      return this.#send(waitTime(options), items, options.signal)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  async putMany(
    values: Iterable<T>,
    keyOf: (value: T) => unknown,
    { signal, ...options }: BlockOptions,
  ): Promise<void> {
    const time = waitTime(options)
    let accepted = 0
    for (const items of this.#chunks(values, keyOf)) {
      try {
        await this.#send(time, items, signal)
      } catch (error) {
        throw error instanceof Full ? new Full(accepted + error.accepted) : error
      }
      accepted += items.length / (this.#isPriority ? 2 : 1)
    }
  }

  putSync(value: T, key: unknown, options: BlockOptions): void {
    this.check()
    const items = this.#isPriority ? [this.#kept(key), this.#item(value)] : [this.#item(value)]
    this.#putOutcome(this.#reference.callSync(PUT, waitTime(options), 0, items))
  }

  async #send(time: number, items: readonly Item[], signal: AbortSignal | undefined): Promise<void> {
    this.#buffers.begin()
    try {
      const reply = await this.#reference.call(PUT, time, 0, items, signal)
      this.#putOutcome(reply)
      if (reply.b === 1 && !this.#reference.isHome) this.#buffers.open(this.#reference.home)
    } finally {
      this.#buffers.end()
    }
  }

  #putOutcome({ status, a }: Reply): void {
    if (status === SHUT) throw new ShutDown()
    if (status !== OK) throw new Full(this.#isPriority ? a / 2 : a)
  }

  #item(value: unknown): Item {
    return encodeItem(value, this.#reference.carriesExternals)
  }

  #kept(value: unknown): Item {
    const item = this.#item(value)
    return { ...item, bytes: item.bytes.slice() }
  }

  *#chunks(values: Iterable<T>, keyOf: (value: T) => unknown): Generator<Item[], void> {
    let items: Item[] = []
    let bytes = 0
    for (const value of values) {
      if (this.#isPriority) items.push(this.#kept(keyOf(value)))
      const item = this.#kept(value)
      items.push(item)
      bytes += item.bytes.length
      if (items.length < CHUNK_ITEMS && bytes < CHUNK_BYTES) continue
      yield items
      items = []
      bytes = 0
    }
    if (items.length > 0) yield items
  }

  get(options: BlockOptions): Promise<T> {
    try {
      this.check()
      return this.#reference.call(GET, waitTime(options), 1, NOTHING, options.signal, this.#first)
    } catch (error) {
      return Promise.reject(error)
    }
  }

  async getMany(count: number, options: BlockOptions): Promise<T[]> {
    this.check()
    return this.#taken(
      await this.#reference.call(GET, waitTime(options), Math.min(count, MOST_ITEMS), [], options.signal),
    )
  }

  getSync(options: BlockOptions): T {
    this.check()
    return this.#first(this.#reference.callSync(GET, waitTime(options), 1))
  }

  #taken({ status, items }: Reply): T[] {
    if (status === SHUT) throw new ShutDown()
    if (status === REFUSED) {
      throw new InvalidStateError(
        `The next item of the ${this.#kind} holds shared memory or a port, which a process cannot be given; let a ` +
          'thread take it',
      )
    }
    if (status !== OK) throw new Empty()
    return items.map((item) => decodeItem(item) as T)
  }

  readonly #first = (reply: Reply): T => this.#taken(reply)[0] as T

  async *iterate(): AsyncGenerator<T, void, undefined> {
    for (;;) {
      let value: T
      try {
        value = await this.get({})
      } catch (error) {
        if (error instanceof ShutDown) return
        throw error
      }
      yield value
    }
  }

  async stats(): Promise<QueueStats> {
    if (this.#isClosed && this.#used) throw new QueueClosedError(this.#kind)
    return toStats(await this.#reference.call(STATS))
  }

  async taskDone(): Promise<void> {
    this.#doneOutcome(await this.#reference.call(TASK_DONE))
  }

  taskDoneSync(): void {
    this.#doneOutcome(this.#reference.callSync(TASK_DONE))
  }

  #doneOutcome({ status }: Reply): void {
    if (status !== OK)
      throw new InvalidStateError('taskDone() was called too many times: no item of this queue is unfinished')
  }

  async join(options: BlockOptions): Promise<void> {
    this.#joinOutcome(await this.#reference.call(JOIN, waitTime(options), 0, [], options.signal), options)
  }

  joinSync(options: BlockOptions): void {
    this.#joinOutcome(this.#reference.callSync(JOIN, waitTime(options)), options)
  }

  #joinOutcome({ status, a }: Reply, options: BlockOptions): void {
    if (status === LOST) {
      throw new OwnerDiedError(
        `${a} items of the ${this.#kind} were given up: the workers that took them died before taskDone(), ` +
          'each as often as `attempts` allows',
      )
    }
    if (status !== OK) throw new TimeoutError(`The end of the unfinished tasks of the ${this.#kind}`, waitTime(options))
  }

  async shutDown(immediate: boolean): Promise<void> {
    await this.#reference.call(SHUT_DOWN, 0, immediate ? 1 : 0)
  }

  async resize(maxSize: number): Promise<void> {
    await this.#reference.call(RESIZE, 0, maxSize)
  }

  close(): void {
    this.#isClosed = true
  }

  joinThread(): Promise<void> {
    if (!this.#isClosed)
      return Promise.reject(new InvalidStateError('joinThread() before close(): this worker may still put'))
    return this.#buffers.drained()
  }

  /** @throws QueueClosedError after close() */
  check(): void {
    if (this.#isClosed) throw new QueueClosedError(this.#kind)
    this.#used = true
  }
}

function toStats({ items: [item] }: Reply): QueueStats {
  const [size, maxSize, puts, gets, getters, putters, unfinished, lost, isShutdown] = decodeItem(
    item as Item,
  ) as StatsRow
  return { size, maxSize, puts, gets, getters, putters, unfinished, lost, isShutdown }
}
