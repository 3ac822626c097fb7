import { type Core, type Departure, type Holding, OK, type Party, type Request, WaitList, node } from '../wire/index.ts'

export const WAIT = 1
export const ABORT = 2
export const RESET = 3
export const STATE = 4
/** This party, or the one whose address the item holds, was handed the barrier. */
export const ENLIST = 5

/** Statuses. */
export const BROKEN = 16
export const PARTY_DIED = 17
export const ACTION_FAILED = 18

/** A party of the barrier: whoever was handed it. */
class Member implements Holding {
  readonly #onLost: (departure: Departure) => void

  constructor(onLost: (departure: Departure) => void) {
    this.#onLost = onLost
  }

  lost(departure: Departure): void {
    this.#onLost(departure)
  }
}

/**
 * The state of a barrier, in its home: who waits for the others. It is `broken` from an abort, a timeout, a failed
 * action or a death until `reset`.
 *
 * A party's crash breaks it, whether that party waited or was still to come; who ends in order only breaks it by
 * leaving while it waits.
 */
export class BarrierCore implements Core {
  readonly #parties: number
  readonly #action: (() => unknown) | undefined
  readonly #waiters = new WaitList()
  readonly #members = new WeakSet<Party>()
  /** Not 0 while broken: the status that says why. */
  #broken = 0
  /** While the action runs, nobody may enter the next pass. */
  #passing = false
  readonly #early = new WaitList()

  constructor(parties: number, action: (() => unknown) | undefined) {
    this.#parties = parties
    this.#action = action
  }

  handle(request: Request): void {
    switch (request.op) {
      case WAIT:
        return this.#wait(request)
      case ABORT:
        this.#break(BROKEN)
        return request.settle(OK)
      case RESET:
        // Whoever waits now is told that it broke; the next pass begins whole.
        this.#break(BROKEN)
        this.#broken = 0
        return request.settle(OK)
      case STATE:
        return request.settle(OK, this.#waiters.size, this.#broken === 0 ? 0 : 1)
      case ENLIST:
        return this.#enlist(
          request.items[0] === undefined ? request.party : node.party(Buffer.from(request.items[0].bytes).toString()),
        )
    }
  }

  /** From now on the end of this party matters. */
  #enlist(party: Party): void {
    if (party.isSelf || this.#members.has(party)) return
    this.#members.add(party)
    party.holdings.add(
      new Member((departure) => {
        if (!departure.inOrder) this.#break(PARTY_DIED)
      }),
    )
  }

  #wait(request: Request): void {
    this.#enlist(request.party)
    if (this.#passing) return request.park(this.#early, request.a)
    if (this.#broken !== 0) return request.settle(this.#broken)
    request.park(
      this.#waiters,
      this.#waiters.size + 1 === this.#parties ? -1 : request.a,
      () => {
        request.settle(BROKEN)
        this.#break(BROKEN)
      },
      () => this.#break(PARTY_DIED),
    )
    if (this.#waiters.size === this.#parties) void this.#pass()
  }

  async #pass(): Promise<void> {
    if (this.#action !== undefined) {
      this.#passing = true
      try {
        await this.#action()
      } catch {
        this.#break(ACTION_FAILED)
      }
      this.#passing = false
    }
    if (this.#broken === 0) this.#waiters.all().forEach((waiter, index) => waiter.settle(OK, index))
    for (const request of this.#early.all()) this.#wait(request)
  }

  #break(why: number): void {
    this.#broken = why
    for (const waiter of this.#waiters.all()) waiter.settle(why)
  }
}
