import { type Holding, OK, type Party, type Request, WaitList } from '../wire/index.ts'
import type { Entry } from './entries.ts'
import { LOST } from './queue-protocol.ts'

/**
 * The count of a joinable queue: what was put and is not done. It also knows who has taken what, so that the tasks of
 * a consumer that dies go to another one.
 */
export class Unfinished {
  readonly #attempts: number
  readonly #redeliver: (entry: Entry) => boolean
  readonly #joiners = new WaitList()
  /** What each party has in its hands, oldest first. */
  readonly #hands = new Map<Party, Hand>()
  count = 0
  /** Tasks that were given up. */
  lost = 0
  #lostToTell = 0

  constructor(attempts: number, redeliver: (entry: Entry) => boolean) {
    this.#attempts = attempts
    this.#redeliver = redeliver
  }

  added(): void {
    this.count++
  }

  /** Thrown away by a shutdown. */
  dropped(): void {
    this.#less()
  }

  taken(party: Party, entries: readonly Entry[]): void {
    let hand = this.#hands.get(party)
    if (hand === undefined) {
      hand = new Hand((lost) => this.#left(party, lost))
      this.#hands.set(party, hand)
      party.holdings.add(hand)
    }
    for (const entry of entries) hand.entries.push(entry)
  }

  /**
   * One task is done; false when there is none. A party's own oldest, else the oldest of anybody: whoever calls is not
   * always who took it.
   */
  done(party: Party): boolean {
    if (this.count === 0) return false
    if (this.#hands.get(party)?.entries.shift() === undefined) {
      for (const hand of this.#hands.values()) if (hand.entries.shift() !== undefined) break
    }
    this.#less()
    return true
  }

  join(request: Request): void {
    if (this.count > 0) request.park(this.#joiners, request.a)
    else {
      this.#tell(request)
      this.#lostToTell = 0
    }
  }

  #left(party: Party, entries: readonly Entry[]): void {
    this.#hands.delete(party)
    for (const entry of [...entries].reverse()) {
      entry.deaths++
      if (entry.deaths < this.#attempts && this.#redeliver(entry)) continue
      this.lost++
      this.#lostToTell++
      this.#less()
    }
  }

  #less(): void {
    if (--this.count > 0) return
    const joiners = this.#joiners.all()
    for (const joiner of joiners) this.#tell(joiner)
    if (joiners.length > 0) this.#lostToTell = 0
  }

  #tell(joiner: Request): void {
    joiner.settle(this.#lostToTell > 0 ? LOST : OK, this.#lostToTell)
  }
}

class Hand implements Holding {
  readonly entries: Entry[] = []
  readonly #onLost: (entries: readonly Entry[]) => void

  constructor(onLost: (entries: readonly Entry[]) => void) {
    this.#onLost = onLost
  }

  lost(): void {
    this.#onLost(this.entries)
  }
}
