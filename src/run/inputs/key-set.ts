/** Words per entry: three of the hash, and the position. */
const WORDS = 4

/**
 * Remembers which keys came, at 16 to 40 bytes each however long they are: a million take about 32 MB.
 *
 * It holds 96-bit hashes. That two different keys of a million share one has a chance of 1 in 10^17, and the run would
 * then say "duplicate", not lose anything.
 */
export class KeySet {
  #table = new Uint32Array(1024 * WORDS)
  #size = 0

  /** Adds the key of the input at a position (from 1). Returns the position of the one that has the key already, or 0. */
  add(key: string, position: number): number {
    if (this.#size * 2 * WORDS >= this.#table.length) this.#grow()
    const [a, b, c] = hash(key)
    const at = find(this.#table, a, b, c)
    const found = this.#table[at + 3] ?? 0
    if (found > 0) return found
    put(this.#table, at, a, b, c, position)
    this.#size++
    return 0
  }

  #grow(): void {
    const old = this.#table
    this.#table = new Uint32Array(old.length * 2)
    for (let at = 0; at < old.length; at += WORDS) {
      const [a = 0, b = 0, c = 0, position = 0] = old.subarray(at, at + WORDS)
      if (position > 0) put(this.#table, find(this.#table, a, b, c), a, b, c, position)
    }
  }
}

/** Where an entry is, or where it would be put. */
function find(table: Uint32Array, a: number, b: number, c: number): number {
  const mask = table.length / WORDS - 1
  for (let slot = a & mask; ; slot = (slot + 1) & mask) {
    const at = slot * WORDS
    if (table[at + 3] === 0 || (table[at] === a && table[at + 1] === b && table[at + 2] === c)) return at
  }
}

function put(table: Uint32Array, at: number, a: number, b: number, c: number, position: number): void {
  table[at] = a
  table[at + 1] = b
  table[at + 2] = c
  table[at + 3] = position
}

const words: [number, number, number] = [0, 0, 0]

/** Three multiplicative hashes of the UTF-16 units, mixed at the end (as in MurmurHash 3). The array is used again. */
function hash(key: string): readonly [number, number, number] {
  let [a, b, c] = [0x9e3779b9, 0x85ebca6b, key.length]
  for (let index = 0; index < key.length; index++) {
    const unit = key.charCodeAt(index)
    a = Math.imul(a ^ unit, 0x9e3779b1)
    b = Math.imul(b ^ unit, 0x5f356495)
    c = Math.imul(c + unit, 0x27d4eb2f) ^ (c >>> 15)
  }
  words[0] = mix(a ^ (b >>> 16))
  words[1] = mix(b ^ (c >>> 16))
  words[2] = mix(c ^ (a >>> 16))
  return words
}

function mix(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}
