import type { Planned, Planner } from './planner.ts'

/** Where the next item comes from, and which worker's share it belongs to. */
export interface Dealer<V> {
  /** The next item to hand out; undefined when there is none now. */
  take(): { readonly planned: Planned<V>; readonly lane: number } | undefined
  /** The item of that lane is through. */
  settled(lane: number): void
  readonly isExhausted: boolean
}

/** `partition: 'pull'`: whoever is free gets the next item, so a slow one holds up nobody. */
export class Pull<V> implements Dealer<V> {
  readonly #planner: Planner<V>

  constructor(planner: Planner<V>) {
    this.#planner = planner
  }

  get isExhausted(): boolean {
    return this.#planner.isExhausted
  }

  take(): { readonly planned: Planned<V>; readonly lane: number } | undefined {
    const planned = this.#planner.take()
    return planned && { planned, lane: 0 }
  }

  settled(): void {}
}

/**
 * `partition: 'stride'`: the i-th of n lanes gets the items i, i + n, i + 2n, … and does them one after another, as
 * `files[i::n]` in Python. The shares differ by one item at most. It keeps the list of all items.
 */
export class Stride<V> implements Dealer<V> {
  readonly #planner: Planner<V>
  readonly #lanes: { readonly items: Planned<V>[]; next: number; busy: boolean }[]
  #dealt = 0

  constructor(planner: Planner<V>, lanes: number) {
    this.#planner = planner
    this.#lanes = Array.from({ length: lanes }, () => ({ items: [], next: 0, busy: false }))
  }

  get isExhausted(): boolean {
    return this.#planner.isExhausted && this.#lanes.every(({ items, next }) => next === items.length)
  }

  take(): { readonly planned: Planned<V>; readonly lane: number } | undefined {
    for (let planned = this.#planner.take(); planned !== undefined; planned = this.#planner.take()) {
      this.#lanes[this.#dealt++ % this.#lanes.length]?.items.push(planned)
    }
    for (const [index, lane] of this.#lanes.entries()) {
      const planned = lane.busy ? undefined : lane.items[lane.next]
      if (planned === undefined) continue
      lane.next++
      lane.busy = true
      return { planned, lane: index }
    }
    return undefined
  }

  settled(lane: number): void {
    const found = this.#lanes[lane]
    if (found) found.busy = false
  }
}
