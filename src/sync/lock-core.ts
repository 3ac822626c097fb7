import { type Core, type Holding, OK, type Party, REFUSED, type Request, WaitList } from '../wire/index.ts'

/** Operations. `a` is the time to wait; `b` the number of a hold. */
export const ACQUIRE = 1
/** Releases hold `b`; 0 for whoever holds it (not with a reentrant lock). */
export const RELEASE = 2
export const STATE = 3
/** Waits at condition `b`, which the hold `items[0]` must own the lock for; then it owns the lock again. */
export const WAIT = 4
/** Wakes `a` waiters of a condition, as WAIT. */
export const NOTIFY = 5

/** In the answer to ACQUIRE and WAIT, `b` is the hold and `a` these bits. */
export const OWNER_DIED = 1
export const NOTIFIED = 2

/** One acquisition: who, and how often it was entered. */
class Hold implements Holding {
  readonly id: number
  readonly party: Party
  readonly #onLost: (hold: Hold) => void
  count = 1

  constructor(id: number, party: Party, onLost: (hold: Hold) => void) {
    this.id = id
    this.party = party
    this.#onLost = onLost
    party.holdings.add(this)
  }

  lost(): void {
    this.#onLost(this)
  }
}

/** A waiter for the lock that has waited at a condition before. */
interface Resumption {
  readonly count: number
  notified: boolean
}

/**
 * The state of a lock, in its home, with the waiters of its conditions: to wait at a condition is to release the lock
 * and to begin waiting in one step, which needs one home for both.
 *
 * The lock goes from holder to the one who has waited longest. When the holder's worker dies, the next one is told.
 */
export class LockCore implements Core {
  readonly #reentrant: boolean
  readonly #waiters = new WaitList()
  readonly #resuming = new WeakMap<Request, Resumption>()
  readonly #conditions = new Map<number, WaitList>()
  #holder: Hold | undefined
  #lastHold = 0
  #ownerDied = false

  constructor(reentrant: boolean) {
    this.#reentrant = reentrant
  }

  handle(request: Request): void {
    switch (request.op) {
      case ACQUIRE:
        return this.#acquire(request)
      case RELEASE:
        return this.#release(request)
      case STATE:
        return request.settle(
          OK,
          this.#holder?.count ?? 0,
          this.#holder === undefined ? 0 : this.#holder.party === request.party ? 1 : 2,
        )
      case WAIT:
        return this.#wait(request)
      case NOTIFY:
        return this.#notify(request)
    }
  }

  #acquire(request: Request): void {
    const holder = this.#holder
    if (this.#reentrant && request.b !== 0 && holder?.id === request.b && holder.party === request.party) {
      holder.count++
      return request.settle(OK, 0, holder.id)
    }
    if (holder === undefined) this.#grant(request)
    else request.park(this.#waiters, request.a)
  }

  #grant(request: Request): void {
    const resumption = this.#resuming.get(request)
    const hold = new Hold(++this.#lastHold, request.party, (lost) => this.#lost(lost))
    hold.count = resumption?.count ?? 1
    this.#holder = hold
    const bits = (this.#ownerDied ? OWNER_DIED : 0) | (resumption?.notified === true ? NOTIFIED : 0)
    this.#ownerDied = false
    request.settle(OK, bits, hold.id)
  }

  #release(request: Request): void {
    const holder = this.#holder
    const isRight = holder !== undefined && (request.b === 0 ? !this.#reentrant : holder.id === request.b)
    if (!isRight) return request.settle(REFUSED)
    if (--holder.count === 0) this.#free(holder)
    request.settle(OK)
  }

  #free(holder: Hold): void {
    holder.party.holdings.delete(holder)
    this.#holder = undefined
    const next = this.#waiters.first
    if (next !== undefined) this.#grant(next)
  }

  #lost(hold: Hold): void {
    if (this.#holder !== hold) return
    this.#ownerDied = true
    this.#free(hold)
  }

  /** The hold that the request proves, if it holds the lock. */
  #proven({ party, items: [item] }: Request): Hold | undefined {
    const id = item === undefined ? 0 : Buffer.from(item.bytes).readUInt32LE()
    return this.#holder?.id === id && this.#holder.party === party ? this.#holder : undefined
  }

  #wait(request: Request): void {
    const hold = this.#proven(request)
    if (hold === undefined) return request.settle(REFUSED)
    this.#resuming.set(request, { count: hold.count, notified: false })
    const waiting = this.#conditions.get(request.b) ?? new WaitList()
    this.#conditions.set(request.b, waiting)
    // The lock goes on first: with no time to wait, whoever waits for it has it before this one again.
    if (request.a === 0) {
      this.#free(hold)
      this.#resume(request)
    } else {
      request.park(waiting, request.a, () => this.#resume(request))
      this.#free(hold)
    }
  }

  /** A waiter of a condition goes on as a waiter for the lock, however long that takes. */
  #resume(request: Request): void {
    if (this.#holder === undefined) this.#grant(request)
    else request.park(this.#waiters, -1)
  }

  #notify(request: Request): void {
    if (this.#proven(request) === undefined) return request.settle(REFUSED)
    const waiting = this.#conditions.get(request.b)
    let woken = 0
    for (const waiter of waiting?.all() ?? []) {
      if (woken >= request.a) break
      woken++
      const resumption = this.#resuming.get(waiter)
      if (resumption !== undefined) resumption.notified = true
      this.#resume(waiter)
    }
    if (waiting?.size === 0) this.#conditions.delete(request.b)
    request.settle(OK, woken)
  }
}
