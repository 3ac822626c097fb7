import type { Request } from './request.ts'

/** How a party went: in order, or by a crash, a signal, an error. */
export interface Departure {
  readonly address: string
  readonly inOrder: boolean
}

/** What a party may leave behind. */
export interface Holding {
  /** The party is gone. */
  lost(departure: Departure): void
}

/** An isolate as the cores of this one know it. */
export class Party {
  readonly address: string
  readonly isSelf: boolean
  isGone = false
  /** Its requests that wait here. */
  readonly waiting = new Map<number, Request>()
  /** Replies whose items it has not acknowledged. */
  readonly deliveries = new Map<number, Delivery>()
  readonly holdings = new Set<Holding>()

  constructor(address: string, isSelf: boolean) {
    this.address = address
    this.isSelf = isSelf
  }

  gone(departure: Departure): void {
    this.isGone = true
    for (const request of this.waiting.values()) request.drop()
    // The newest first: each goes back to the front.
    for (const delivery of [...this.deliveries.values()].reverse()) delivery.returned()
    this.deliveries.clear()
    for (const holding of this.holdings) holding.lost(departure)
    this.holdings.clear()
  }
}

/** Items on their way to a party. */
export interface Delivery {
  /** The party's code has them. */
  taken(): void
  /** The party is gone without them. */
  returned(): void
}
