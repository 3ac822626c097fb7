import {
  type Core,
  type Delivery,
  type Item,
  NO,
  OK,
  REFUSED,
  type Request,
  WaitList,
  decodeItem,
  encodeItem,
  keepItem,
  node,
} from '../wire/index.ts'
import { type Entries, type Entry, Fifo, Lifo } from './entries.ts'
import { Heap } from './heap.ts'
import {
  GET,
  JOIN,
  PUT,
  type QueueSettings,
  RESIZE,
  SHUT,
  SHUT_DOWN,
  STATS,
  type StatsRow,
  TASK_DONE,
} from './queue-protocol.ts'
import { Unfinished } from './unfinished.ts'

/** So much in a queue without a limit is more likely a mistake than a wish. */
const HIGH_WATER_ITEMS = 1_000_000
const HIGH_WATER_BYTES = 1024 ** 3

/**
 * The state of a queue, in its home. An entry is in one place at a time: in `#entries`, on its way to a consumer (a
 * delivery, wire/link/protocol.md), or taken; of a joinable queue it is then unfinished until `taskDone`.
 */
export class QueueCore implements Core {
  readonly #entries: Entries
  readonly #settings: QueueSettings
  readonly #getters = new WaitList()
  readonly #putters = new WaitList()
  /** Items of waiting puts that are in already. */
  readonly #accepted = new WeakMap<Request, number>()
  readonly #unfinished: Unfinished | undefined
  #maxSize: number
  #bytes = 0
  #puts = 0
  #gets = 0
  #shut = false
  #warned = false

  constructor(settings: QueueSettings) {
    this.#settings = settings
    this.#maxSize = settings.maxSize
    this.#entries = settings.order === 'fifo' ? new Fifo() : settings.order === 'lifo' ? new Lifo() : new Heap()
    if (settings.attempts > 0) this.#unfinished = new Unfinished(settings.attempts, (entry) => this.#redeliver(entry))
  }

  handle(request: Request): void {
    switch (request.op) {
      case PUT:
        return this.#put(request)
      case GET:
        return this.#get(request)
      case STATS:
        return request.settle(OK, 0, 0, [encodeItem(this.#stats(), false)])
      case TASK_DONE:
        return request.settle(this.#unfinished?.done(request.party) === true ? OK : REFUSED)
      case JOIN:
        return this.#unfinished?.join(request)
      case SHUT_DOWN:
        this.#shutDown(request.b === 1)
        return request.settle(OK)
      case RESIZE:
        this.#maxSize = request.b
        this.#admitWaiting()
        return request.settle(OK)
    }
  }

  get #isFull(): boolean {
    return (this.#maxSize > 0 && this.#entries.size >= this.#maxSize) || this.#bytes >= this.#settings.maxBytes
  }

  #put(request: Request): void {
    if (this.#shut) return request.settle(SHUT)
    // Whoever waits was here first.
    if (this.#putters.size === 0) this.#admit(request)
    if (request.settled) return
    request.park(this.#putters, request.a, () => request.settle(NO, this.#accepted.get(request) ?? 0))
  }

  /** Takes in as much as there is room for; settles the request when that is all of it. */
  #admit(request: Request): void {
    const { items } = request
    const isPriority = this.#settings.order === 'priority'
    let next = this.#accepted.get(request) ?? 0
    while (next < items.length && !this.#isFull) {
      const key = isPriority ? decodeItem(items[next++] as Item) : undefined
      const item = items[next++] as Item
      this.#bytes += item.bytes.length
      this.#entries.push({ item: request.party.isSelf ? keepItem(item) : item, key, sequence: this.#puts++, deaths: 0 })
      this.#unfinished?.added()
      if (this.#getters.size > 0) this.#serve()
    }
    if (!this.#warned && this.#maxSize === 0) this.#warnIfHigh()
    if (next === items.length)
      request.settle(OK, 0, this.#maxSize === 0 && this.#settings.maxBytes === Infinity ? 1 : 0)
    else this.#accepted.set(request, next)
  }

  #warnIfHigh(): void {
    if (this.#entries.size < HIGH_WATER_ITEMS && this.#bytes < HIGH_WATER_BYTES) return
    this.#warned = true
    const held = `${this.#entries.size} items of ${this.#bytes} bytes`
    process.emitWarning(
      `A queue without a limit holds ${held}: it is filled faster than it is emptied. Give it a \`maxSize\``,
    )
  }

  #get(request: Request): void {
    if (this.#entries.size > 0 && this.#getters.size === 0) this.#deliver(request)
    else if (this.#shut && this.#entries.size === 0) request.settle(SHUT)
    else request.park(this.#getters, request.a)
    this.#admitWaiting()
  }

  #serve(): void {
    while (this.#getters.first !== undefined && this.#entries.size > 0) this.#deliver(this.#getters.first)
  }

  #deliver(request: Request): void {
    const externals = this.#entries.peek()?.item.externals
    if (externals !== undefined && !node.carriesExternalsTo(request.party.address)) return request.settle(REFUSED)
    const entries: Entry[] = []
    for (let entry = this.#entries.shift(); entry !== undefined; entry = this.#entries.shift()) {
      this.#bytes -= entry.item.bytes.length
      entries.push(entry)
      if (entries.length >= request.b || this.#entries.peek()?.item.externals !== undefined) break
    }
    this.#gets += entries.length
    const delivery: Delivery = {
      taken: () => this.#unfinished?.taken(request.party, entries),
      returned: () => {
        this.#gets -= entries.length
        for (const entry of entries.reverse()) this.#restore(entry)
      },
    }
    request.deliver(
      entries.map((entry) => entry.item),
      0,
      delivery,
    )
  }

  #restore(entry: Entry): void {
    this.#bytes += entry.item.bytes.length
    this.#entries.restore(entry)
    this.#serve()
  }

  /** A consumer died with it. True when somebody will get it again. */
  #redeliver(entry: Entry): boolean {
    if (this.#shut && this.#getters.size === 0) return false
    this.#gets--
    this.#restore(entry)
    return true
  }

  #admitWaiting(): void {
    while (this.#putters.first !== undefined && !this.#isFull) this.#admit(this.#putters.first)
  }

  #shutDown(immediate: boolean): void {
    this.#shut = true
    for (const putter of this.#putters.all()) putter.settle(SHUT, this.#accepted.get(putter) ?? 0)
    if (immediate) {
      while (this.#entries.shift() !== undefined) this.#unfinished?.dropped()
      this.#bytes = 0
    }
    if (this.#entries.size === 0) for (const getter of this.#getters.all()) getter.settle(SHUT)
  }

  #stats(): StatsRow {
    const { count = 0, lost = 0 } = this.#unfinished ?? {}
    return [
      this.#entries.size,
      this.#maxSize,
      this.#puts,
      this.#gets,
      this.#getters.size,
      this.#putters.size,
      count,
      lost,
      this.#shut,
    ]
  }
}
