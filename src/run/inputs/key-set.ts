/** Words per entry: two of the hash, and the position. */
const WORDS = 3

/** How full the table may be, and how much larger the next one is. */
const FULL = 0.8
const GROWTH = 1.5

/**
 * Remembers which keys came, at 15 to 23 bytes each however long they are: a million take 20 MB.
 *
 * It holds 64-bit hashes. That any two different keys of a million share one has a chance of 1 in 37 million, and the
 * run would then refuse its inputs as having a duplicate, not lose anything.
 */
export class KeySet {
  #table = new Uint32Array(1024 * WORDS)
  #size = 0

  /** Adds the key of the input at a position (from 1). Returns the position of the one that has the key already, or 0. */
  add(key: string, position: number): number {
    if (this.#size * WORDS >= this.#table.length * FULL) this.#grow()
    const [a, b] = hash(key)
    const at = find(this.#table, a, b)
    const found = this.#table[at + 2] ?? 0
    if (found > 0) return found
    put(this.#table, at, a, b, position)
    this.#size++
    return 0
  }

  #grow(): void {
    const old = this.#table
    this.#table = new Uint32Array(Math.ceil((old.length / WORDS) * GROWTH) * WORDS)
    for (let at = 0; at < old.length; at += WORDS) {
      const position = old[at + 2] ?? 0
      if (position === 0) continue
      const [a, b] = [old[at] ?? 0, old[at + 1] ?? 0]
      put(this.#table, find(this.#table, a, b), a, b, position)
    }
  }
}

/** Where an entry is, or where it would be put. */
function find(table: Uint32Array, a: number, b: number): number {
  // The hash as a fraction of all hashes, so that a table may have any size.
  let at = Math.floor((a / 2 ** 32) * (table.length / WORDS)) * WORDS
  while (table[at + 2] !== 0 && (table[at] !== a || table[at + 1] !== b))
    at = at + WORDS === table.length ? 0 : at + WORDS
  return at
}

function put(table: Uint32Array, at: number, a: number, b: number, position: number): void {
  table[at] = a
  table[at + 1] = b
  table[at + 2] = position
}

const words: [number, number] = [0, 0]

/** Two multiplicative hashes of the UTF-16 units, mixed at the end as in MurmurHash 3. The array is used again. */
function hash(key: string): readonly [number, number] {
  let [a, b] = [0x9e3779b9 ^ key.length, 0x85ebca6b]
  for (let index = 0; index < key.length; index++) {
    const unit = key.charCodeAt(index)
    a = Math.imul(a ^ unit, 0x9e3779b1)
    b = Math.imul(b ^ unit, 0x5f356495)
  }
  a ^= Math.imul(b ^ (b >>> 15), 0x735a2d97)
  b ^= Math.imul(a ^ (a >>> 15), 0xcaf649a9)
  words[0] = mix(a)
  words[1] = mix(b)
  return words
}

function mix(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
