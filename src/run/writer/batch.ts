import type { Batch, RawAttempt } from '../store/outcome.ts'

/** An outcome that is to be saved. */
export interface Entry {
  readonly key: string
  readonly fingerprint: string | undefined
  /** Text of the value; null for an item that failed. */
  readonly value: string | null
  readonly error: string | null
  readonly attempts: number
  readonly startedAt: number
  readonly duration: number
  readonly worker: string
  readonly pid: number
  /** Whether the store holds the item already. */
  readonly known: boolean
}

/** A batch as it travels: all texts in one piece, then numbers, so many per outcome. */
export interface PackedBatch {
  readonly id: number
  readonly size: number
  readonly text: Uint8Array
  readonly numbers: Float64Array
  readonly workers: readonly string[]
  readonly tries: readonly RawAttempt[]
}

/** Numbers of an outcome: three lengths of text, flags, attempts, start, duration, worker, process. */
const NUMBERS = 9
const NO_TEXT = -1
const FAILED = 1
const KNOWN = 2

/** Texts up to this length are written faster here than by a native call. */
const SHORT = 64

/**
 * Outcomes that wait to be sent. They are held as bytes, not as objects: thousands of strings that live for the tenth
 * of a second are what a garbage collector is worst at (a third of a run's memory, and a tenth of its time).
 * It is filled, packed, cleared and filled again.
 */
export class BatchBuilder {
  #size = 0
  #text = Buffer.allocUnsafeSlow(16 * 1024)
  #used = 0
  #numbers = new Float64Array(64 * NUMBERS)
  #workers = new Map<string, number>()
  #tries: RawAttempt[] = []
  #triesBytes = 0

  /** How much waits: outcomes and failed attempts. */
  get size(): number {
    return this.#size + this.#tries.length
  }

  get outcomes(): number {
    return this.#size
  }

  get bytes(): number {
    return this.#used + this.#size * NUMBERS * 8 + this.#triesBytes
  }

  add(entry: Entry): void {
    const { key, fingerprint, error } = entry
    const value = error ?? entry.value
    const base = this.#size * NUMBERS
    if (base + NUMBERS > this.#numbers.length) this.#growNumbers()
    const numbers = this.#numbers
    numbers[base] = key.length
    numbers[base + 1] = fingerprint === undefined ? NO_TEXT : fingerprint.length
    numbers[base + 2] = value === null ? NO_TEXT : value.length
    numbers[base + 3] = (error === null ? 0 : FAILED) | (entry.known ? KNOWN : 0)
    numbers[base + 4] = entry.attempts
    numbers[base + 5] = Math.round(entry.startedAt)
    numbers[base + 6] = entry.duration
    numbers[base + 7] = this.#worker(entry.worker)
    numbers[base + 8] = entry.pid
    this.#write(key)
    if (fingerprint !== undefined) this.#write(fingerprint)
    if (value !== null) this.#write(value)
    this.#size++
  }

  addTry(attempt: RawAttempt): void {
    this.#tries.push(attempt)
    this.#triesBytes += attempt.error.length + attempt.key.length
  }

  /** All that waits. It lies in memory of the builder's own until that is cleared. */
  pack(id: number): PackedBatch {
    return {
      id,
      size: this.#size,
      text: this.#text.subarray(0, this.#used),
      numbers: this.#numbers.subarray(0, this.#size * NUMBERS),
      workers: [...this.#workers.keys()],
      tries: this.#tries,
    }
  }

  clear(): void {
    this.#size = this.#used = this.#triesBytes = 0
    this.#tries = []
    this.#workers = new Map()
  }

  #worker(name: string): number {
    let index = this.#workers.get(name)
    if (index === undefined) this.#workers.set(name, (index = this.#workers.size))
    return index
  }

  #write(text: string): void {
    const { length } = text
    // A UTF-16 unit is three bytes of UTF-8 at most.
    if (this.#used + length * 3 > this.#text.length) this.#growText(length * 3)
    let at = this.#used
    if (length <= SHORT) {
      const bytes = this.#text
      let index = 0
      for (; index < length; index++) {
        const unit = text.charCodeAt(index)
        if (unit > 0x7f) break
        bytes[at++] = unit
      }
      if (index === length) {
        this.#used = at
        return
      }
    }
    this.#used += this.#text.write(text, this.#used, 'utf8')
  }

  #growText(needed: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#text.length * 2, this.#used + needed))
    this.#text.copy(larger, 0, 0, this.#used)
    this.#text = larger
  }

  #growNumbers(): void {
    const larger = new Float64Array(this.#numbers.length * 2)
    larger.set(this.#numbers)
    this.#numbers = larger
  }
}

/** A batch as the bodies of stores take it: column by column. */
export function unpack({ id, size, text, numbers, workers, tries }: PackedBatch): Batch {
  const all = Buffer.from(text.buffer, text.byteOffset, text.byteLength).toString('utf8')
  const column = (index: number): number[] =>
    Array.from({ length: size }, (_, row) => numbers[row * NUMBERS + index] ?? 0)
  const batch = {
    id,
    keys: Array<string>(size),
    fingerprints: Array<string | null>(size),
    values: Array<string | null>(size),
    errors: Array<string | null>(size),
    attempts: column(4),
    startedAt: column(5),
    duration: column(6),
    workers: column(7).map((index) => workers[index] ?? ''),
    pids: column(8),
    known: [] as number[],
    tries,
  }
  let at = 0
  const take = (length: number): string | null => (length === NO_TEXT ? null : all.slice(at, (at += length)))
  for (let row = 0; row < size; row++) {
    const base = row * NUMBERS
    const flags = numbers[base + 3] ?? 0
    batch.keys[row] = take(numbers[base] ?? 0) ?? ''
    batch.fingerprints[row] = take(numbers[base + 1] ?? NO_TEXT)
    const value = take(numbers[base + 2] ?? NO_TEXT)
    const isFailed = (flags & FAILED) !== 0
    batch.values[row] = isFailed ? null : value
    batch.errors[row] = isFailed ? value : null
    if ((flags & KNOWN) !== 0) batch.known.push(row)
  }
  return batch
}

/** Only the keys of a batch. */
export function keysOf(packed: PackedBatch): readonly string[] {
  return unpack(packed).keys
}
