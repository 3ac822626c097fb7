import { isAscii, isUtf8 } from 'node:buffer'

/**
 * Counts byte strings without making a JavaScript string of each: a hash table whose keys are copied once, when first
 * seen, into one growing array of bytes. Keys are compared byte by byte, so counts are exact whatever the hash does.
 *
 * Memory is bounded by a {@link NameBudget}, shared with other tables. When it is spent, the largest table forgets its
 * rarest keys, as a lossy count: from then on {@link error} is what any count may be short by.
 */
export class ByteTable {
  /** No count is short by more than this; 0 means that every key and count is exact. */
  error = 0
  /** The sum of the counts that were forgotten. */
  dropped = 0
  readonly #budget: NameBudget
  #size = 0
  #used = 0
  #slots = new Int32Array(1024).fill(-1)
  #hashes = new Int32Array(512)
  #offsets = new Uint32Array(512)
  #lengths = new Uint32Array(512)
  #counts = new Float64Array(512)
  #bytes: Buffer = Buffer.allocUnsafe(1 << 14)

  constructor(budget: NameBudget) {
    this.#budget = budget
    budget.tables.push(this)
  }

  /** How many keys are held. */
  get size(): number {
    return this.#size
  }

  /** What its keys cost of the budget. */
  get cost(): number {
    return this.#used * BYTE_COST + this.#size * KEY_COST
  }

  /** Counts `source[start, end)`, `count` times; `hash` is {@link hashBytes} of it. */
  add(source: Uint8Array, start: number, end: number, hash: number, count = 1): void {
    const mask = this.#slots.length - 1
    const length = end - start
    for (let slot = mix(hash) & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot] ?? -1
      if (entry === -1) return this.#insert(source, start, length, hash, slot, count)
      if (this.#hashes[entry] !== hash || this.#lengths[entry] !== length) continue
      const bytes = this.#bytes
      let at = this.#offsets[entry] ?? 0
      let i = start
      while (i < end && bytes[at] === source[i]) {
        i++
        at++
      }
      if (i === end) {
        this.#counts[entry] = (this.#counts[entry] ?? 0) + count
        return
      }
    }
  }

  /** The keys as text, with their counts, most common first and equal ones in the order first seen. */
  entries(decode?: (bytes: Buffer) => string): [string, number][] {
    const bytes = this.#bytes.subarray(0, this.#used)
    // One string for all keys, of which each is a slice: several times as fast as a string for each.
    const text = decode === undefined && isAscii(bytes) ? bytes.toString('latin1') : undefined
    const decodeOne = decode ?? decodeText
    return Array.from(byCount(this.#counts.subarray(0, this.#size)), (entry): [string, number] => {
      const start = this.#offsets[entry] ?? 0
      const end = start + (this.#lengths[entry] ?? 0)
      return [text?.slice(start, end) ?? decodeOne(bytes.subarray(start, end)), this.#counts[entry] ?? 0]
    })
  }

  #insert(source: Uint8Array, start: number, length: number, hash: number, slot: number, count: number): void {
    const entry = this.#size++
    if (entry === this.#hashes.length) this.#growEntries()
    if (this.#used + length > this.#bytes.length) this.#growBytes(this.#used + length)
    this.#bytes.set(source.subarray(start, start + length), this.#used)
    this.#hashes[entry] = hash
    this.#offsets[entry] = this.#used
    this.#lengths[entry] = length
    this.#counts[entry] = count
    this.#used += length
    this.#slots[slot] = entry
    if (this.#size * 2 > this.#slots.length) this.#rehash(this.#slots.length * 2)
    this.#budget.spend(length * BYTE_COST + KEY_COST)
  }

  /** Keeps the most counted keys, at half of the cost, and notes the largest count among the others. */
  forgetRarest(): void {
    let budget = this.cost / 2
    const kept: number[] = []
    let forgotten = 0
    for (const entry of byCount(this.#counts.subarray(0, this.#size))) {
      const cost = (this.#lengths[entry] ?? 0) * BYTE_COST + KEY_COST
      if (cost <= budget) {
        budget -= cost
        kept.push(entry)
      } else {
        const count = this.#counts[entry] ?? 0
        forgotten = Math.max(forgotten, count)
        this.dropped += count
      }
    }
    this.error += forgotten
    kept.sort((a, b) => a - b)
    this.#used = 0
    let next = 0
    // Entries and their bytes only move towards the start, so in ascending order nothing unread is overwritten.
    for (const entry of kept) {
      const offset = this.#offsets[entry] ?? 0
      const length = this.#lengths[entry] ?? 0
      this.#bytes.copyWithin(this.#used, offset, offset + length)
      this.#hashes[next] = this.#hashes[entry] ?? 0
      this.#offsets[next] = this.#used
      this.#lengths[next] = length
      this.#counts[next] = this.#counts[entry] ?? 0
      this.#used += length
      next++
    }
    this.#size = next
    this.#rehash(this.#slots.length)
  }

  #growEntries(): void {
    const length = this.#hashes.length * 2
    this.#hashes = grown(this.#hashes, new Int32Array(length))
    this.#offsets = grown(this.#offsets, new Uint32Array(length))
    this.#lengths = grown(this.#lengths, new Uint32Array(length))
    this.#counts = grown(this.#counts, new Float64Array(length))
  }

  #growBytes(atLeast: number): void {
    this.#bytes = grown(this.#bytes, Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, atLeast)))
  }

  #rehash(length: number): void {
    this.#slots = new Int32Array(length).fill(-1)
    const mask = length - 1
    for (let entry = 0; entry < this.#size; entry++) {
      let slot = mix(this.#hashes[entry] ?? 0) & mask
      while (this.#slots[slot] !== -1) slot = (slot + 1) & mask
      this.#slots[slot] = entry
    }
  }
}

/** How much memory the names in some tables may take, reports made of them included. */
export class NameBudget {
  readonly tables: ByteTable[] = []
  readonly #limit: number
  #spent = 0

  /** @param limit - in bytes. */
  constructor(limit: number) {
    this.#limit = limit
  }

  spend(bytes: number): void {
    this.#spent += bytes
    if (this.#spent <= this.#limit) return
    const largest = this.tables.reduce((a, b) => (b.cost > a.cost ? b : a))
    largest.forgetRarest()
    this.#spent = this.tables.reduce((sum, table) => sum + table.cost, 0)
  }
}

// What a key takes in all, while it is counted (in arrays grown by doubling) and in a report: itself, and each byte.
const KEY_COST = 160
const BYTE_COST = 3

// A hash that strangers cannot predict, so that no list of paths made to collide can slow the count down.
const SEED = new Uint32Array(2)
globalThis.crypto.getRandomValues(SEED)

/** Where every hash starts. */
export const HASH_START = (SEED[0] ?? 0) | 0

/** `hash = Math.imul(hash ^ byte, HASH_STEP)` takes one more byte in. */
export const HASH_STEP = ((SEED[1] ?? 0) & 0x7fff_fff8) | 0x1000_0005

/** The hash of `source[start, end)`. */
export function hashBytes(source: Uint8Array, start: number, end: number): number {
  let hash = HASH_START
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (source[i] ?? 0), HASH_STEP)
  return hash
}

/** Bytes as text: UTF-8 where they are that, else one character a byte (Latin-1), so nothing is lost. */
export function decodeText(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1')
}

/** The indexes of counts, largest count first, equal ones in order. A counting sort, because most counts are small. */
function byCount(counts: Float64Array): Uint32Array {
  const starts = new Uint32Array(SMALL + 1)
  const large: number[] = []
  counts.forEach((count, i) => {
    if (count < SMALL) starts[SMALL - 1 - count] = (starts[SMALL - 1 - count] ?? 0) + 1
    else large.push(i)
  })
  large.sort((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0))
  let next = large.length
  for (let i = 0; i < SMALL; i++) {
    const size = starts[i] ?? 0
    starts[i] = next
    next += size
  }
  const order = new Uint32Array(counts.length)
  order.set(large)
  counts.forEach((count, i) => {
    if (count >= SMALL) return
    const at = starts[SMALL - 1 - count] ?? 0
    order[at] = i
    starts[SMALL - 1 - count] = at + 1
  })
  return order
}

const SMALL = 256

/** Spreads a product's good high bits over the low ones that pick the slot. */
function mix(hash: number): number {
  return hash ^ (hash >>> 15)
}

function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from)
  return to
}
