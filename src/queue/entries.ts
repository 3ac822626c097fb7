import type { Item } from '../wire/index.ts'

/** An item in a queue. */
export interface Entry {
  readonly item: Item
  /** What a priority queue sorts it by. */
  readonly key: unknown
  /** Its place among all that was put. */
  readonly sequence: number
  /** How often a consumer died with it. */
  deaths: number
}

/** Where entries wait, in the order in which they are to be taken. */
export interface Entries {
  readonly size: number
  push(entry: Entry): void
  shift(): Entry | undefined
  peek(): Entry | undefined
  /** Puts one back that was taken. */
  restore(entry: Entry): void
}

/** First in, first out. */
export class Fifo implements Entries {
  #entries: (Entry | undefined)[] = []
  #head = 0

  get size(): number {
    return this.#entries.length - this.#head
  }

  push(entry: Entry): void {
    this.#entries.push(entry)
  }

  peek(): Entry | undefined {
    return this.#entries[this.#head]
  }

  shift(): Entry | undefined {
    const entry = this.#entries[this.#head]
    if (entry === undefined) return undefined
    this.#entries[this.#head++] = undefined
    if (this.#head === this.#entries.length) {
      this.#entries.length = 0
      this.#head = 0
    } else if (this.#head > 1024 && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head)
      this.#head = 0
    }
    return entry
  }

  restore(entry: Entry): void {
    if (this.#head > 0) this.#entries[--this.#head] = entry
    else this.#entries.unshift(entry)
  }
}

/** Last in, first out. */
export class Lifo implements Entries {
  readonly #entries: Entry[] = []

  get size(): number {
    return this.#entries.length
  }

  push(entry: Entry): void {
    this.#entries.push(entry)
  }

  peek(): Entry | undefined {
    return this.#entries.at(-1)
  }

  shift(): Entry | undefined {
    return this.#entries.pop()
  }

  restore(entry: Entry): void {
    this.#entries.push(entry)
  }
}
