import { count } from '../options/index.ts'
import { mostCommon } from './most-common.ts'

/**
 * What a {@link Counter} is made of or updated with: keys, each counted once, or `[key, count]` entries (a Map, a
 * Counter). An array is always taken for an entry: keys are what a Map finds again, so mostly strings and numbers.
 */
export type CounterSource<K> = Iterable<K | readonly [K, number]>

/** The larger part of a {@link Counter}, as plain data that is cheap to send and to store. */
export interface Trimmed<K> {
  /** The entries kept, most common first. */
  readonly entries: [K, number][]
  /** The largest count left out: no key's count is short by more than this. 0 when nothing was left out. */
  readonly error: number
  /** The sum of the counts left out. */
  readonly dropped: number
}

/**
 * Counts things: a Map from keys to numbers that starts every key at 0, as Python's `collections.Counter`.
 *
 * It travels between workers as a Counter. Counts may be zero, negative or fractional; nothing is removed unless asked.
 *
 * @example
 * ```ts
 * import { Counter } from 'manyhands'
 *
 * const letters = new Counter('abracadabra')
 * console.log(letters.count('a'), letters.count('z')) // 5 0
 * console.log(letters.mostCommon(2)) // [ [ 'a', 5 ], [ 'b', 2 ] ]
 * letters.update(['z', 'z']).update([['a', 10]])
 * console.log(letters.count('a'), letters.total()) // 15 23
 * ```
 */
export class Counter<K = string> extends Map<K, number> {
  /**
   * @param source - keys to count, or `[key, count]` entries: an iterable, a Map, another Counter.
   * @default source = nothing
   */
  constructor(source?: CounterSource<K> | null) {
    super()
    if (source != null) this.update(source)
  }

  /** The count of a key: 0 for one never seen, where {@link Map.get} gives undefined. */
  count(key: K): number {
    return this.get(key) ?? 0
  }

  /**
   * Adds to the count of one key.
   *
   * @param n - how much; may be negative.
   * @default n = 1
   */
  add(key: K, n = 1): this {
    return this.set(key, (this.get(key) ?? 0) + n)
  }

  /** Adds the counts of a source to these, in place. The same source twice counts twice. */
  update(source: CounterSource<K>): this {
    for (const item of source) {
      if (isEntry(item)) this.add(item[0], item[1])
      else this.add(item)
    }
    return this
  }

  /** Takes the counts of a source from these, in place; counts may become zero or negative. */
  subtract(source: CounterSource<K>): this {
    for (const item of source) {
      if (isEntry(item)) this.add(item[0], -item[1])
      else this.add(item, -1)
    }
    return this
  }

  /**
   * A new Counter with the sums of this one's and the others' counts; none of them changes.
   *
   * Associative, and commutative but for the order of the keys, so any split of the work gives the serial counts.
   * To add up many, `total.update(each)` does without the copies.
   */
  merge(...others: readonly CounterSource<K>[]): Counter<K> {
    const merged = new Counter<K>(this)
    for (const other of others) merged.update(other)
    return merged
  }

  /** The sum of all counts. */
  total(): number {
    let sum = 0
    for (const n of this.values()) sum += n
    return sum
  }

  /**
   * The `n` largest counts with their keys, largest first; equal counts in the order first seen, as in Python.
   *
   * @param n - how many; all when left out.
   * @throws {@link InvalidOptionError} when `n` is no whole number of at least 0.
   */
  mostCommon(n?: number): [K, number][] {
    return mostCommon(this, n === undefined ? this.size : count('n', n, 0))
  }

  /** Each key as many times as its count, in the order first seen; keys with counts below 1 are left out. */
  *elements(): Generator<K, void, undefined> {
    for (const [key, n] of this) for (let i = 1; i <= n; i++) yield key
  }

  /**
   * The `n` most common entries as plain data, and what leaving out the rest may cost. Send this instead of a Counter
   * with millions of keys.
   *
   * **The bound.** Add up the `entries` of any number of trimmed counters into one Counter, and their `error`s into one
   * number `e`. Then the true count of every key, kept or not, is at least `merged.count(key)` and at most
   * `merged.count(key) + e` (for counts that are not negative). So a key that leads another by more than `e` truly
   * leads it, and a key that is missing was counted at most `e` times.
   *
   * @throws {@link InvalidOptionError} when `n` is no whole number of at least 0.
   *
   * @example
   * ```ts
   * import { Counter } from 'manyhands'
   *
   * const merged = new Counter()
   * let error = 0
   * for (const text of ['aaabbc', 'aabbbbcc']) {
   *   const part = new Counter(text).top(2)
   *   merged.update(part.entries)
   *   error += part.error
   * }
   * console.log(merged.mostCommon(), error) // [ [ 'b', 6 ], [ 'a', 5 ] ] 3
   * ```
   */
  top(n: number): Trimmed<K> {
    const entries = this.mostCommon(Math.min(count('n', n, 0) + 1, this.size))
    const rest = entries.length > n ? entries.pop() : undefined
    return this.#trimmed(entries, rest?.[1] ?? 0)
  }

  /**
   * The entries that were counted at least `min` times, as plain data; `atLeast(2)` drops what was seen once. The bound
   * of {@link Counter.top} holds.
   */
  atLeast(min: number): Trimmed<K> {
    let error = 0
    const kept = new Counter<K>()
    for (const [key, n] of this) {
      if (n >= min) kept.set(key, n)
      else error = Math.max(error, n)
    }
    return this.#trimmed(kept.mostCommon(), error)
  }

  /** The counts as an object, for JSON. Keys become strings. */
  toJSON(): Record<string, number> {
    return Object.fromEntries(Array.from(this, ([key, n]): [string, number] => [String(key), n]))
  }

  #trimmed(entries: [K, number][], error: number): Trimmed<K> {
    return { entries, error, dropped: this.total() - entries.reduce((sum, [, n]) => sum + n, 0) }
  }
}

function isEntry<K>(item: K | readonly [K, number]): item is readonly [K, number] {
  return Array.isArray(item)
}
