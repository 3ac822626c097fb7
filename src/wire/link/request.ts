import type { Item } from './message.ts'
import type { Delivery, Party } from './party.ts'
import type { WaitList } from './wait-list.ts'

/** Outcomes of a request. A core may have others of its own, from 16 on. */
export const OK = 0
/** It could not be done, at once or within the given time. */
export const NO = 1
/** The home is gone, or the object. */
export const GONE_HOME = 2
/** The core refuses: the caller's mistake. */
export const REFUSED = 3

export interface Reply {
  readonly status: number
  readonly a: number
  readonly b: number
  readonly items: readonly Item[]
}

const NOTHING: readonly never[] = []
/** Longer than a Node timer can wait is for ever. */
const LONGEST = 2 ** 31 - 1

/** An operation of one party on a core: answered once, at once or later. */
export class Request {
  readonly party: Party
  /** Its number with that party; 0 when no answer is wanted. */
  readonly id: number
  readonly op: number
  readonly a: number
  readonly b: number
  readonly items: readonly Item[]
  readonly #answer: ((reply: Reply, isDelivery: boolean) => void) | undefined
  #list: WaitList | undefined
  #timer: NodeJS.Timeout | undefined
  #onDrop: (() => void) | undefined
  #settled = false

  constructor(
    party: Party,
    id: number,
    op: number,
    a: number,
    b: number,
    items: readonly Item[],
    answer?: (reply: Reply, isDelivery: boolean) => void,
  ) {
    this.party = party
    this.id = id
    this.op = op
    this.a = a
    this.b = b
    this.items = items
    this.#answer = answer
  }

  get settled(): boolean {
    return this.#settled
  }

  settle(status: number, a = 0, b = 0, items: readonly Item[] = NOTHING): void {
    if (this.#settled) return
    this.#leave()
    this.#settled = true
    this.#answer?.({ status, a, b, items }, false)
  }

  /** Hands items over. The home answers for them until `delivery` hears that they were taken. */
  deliver(items: readonly Item[], a: number, delivery: Delivery): void {
    this.#leave()
    this.#settled = true
    if (this.party.isSelf) delivery.taken()
    else this.party.deliveries.set(this.id, delivery)
    this.#answer?.({ status: OK, a, b: 0, items }, true)
  }

  /**
   * Lets it wait in a list for as long as it wants to: 0 not at all, below 0 for ever, else that many milliseconds.
   *
   * @param onTimeout what becomes of it then, instead of the answer NO
   * @param onDrop called when its party is gone
   */
  park(list: WaitList, timeout: number, onTimeout = (): void => this.settle(NO), onDrop?: () => void): void {
    if (timeout === 0) return onTimeout()
    this.#leave()
    this.#list = list
    this.#onDrop = onDrop
    list.add(this)
    this.party.waiting.set(this.id, this)
    if (timeout < 0 || timeout > LONGEST) return
    this.#timer = setTimeout(() => {
      this.#leave()
      onTimeout()
    }, timeout)
    // The caller stays alive for its own wait; its home need not.
    if (!this.party.isSelf) this.#timer.unref()
  }

  /** The caller no longer wants it. */
  cancel(): void {
    const drop = this.#onDrop
    if (this.#settled) return
    this.settle(NO)
    drop?.()
  }

  /** The caller is gone. */
  drop(): void {
    const drop = this.#onDrop
    this.#leave()
    this.#settled = true
    drop?.()
  }

  #leave(): void {
    if (this.#list === undefined) return
    this.#list.delete(this)
    this.#list = undefined
    this.#onDrop = undefined
    this.party.waiting.delete(this.id)
    if (this.#timer !== undefined) clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
