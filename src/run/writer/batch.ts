import type { Batch, BatchRow, RawAttempt } from '../store/outcome.ts'

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

/** Numbers of an outcome: three lengths of text in bytes, flags, attempts, start, duration, worker, process. */
const NUMBERS = 9
const NO_TEXT = -1
const FAILED = 1
const KNOWN = 2

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
    const base = this.#size * NUMBERS
    if (base + NUMBERS > this.#numbers.length) this.#growNumbers()
    const numbers = this.#numbers
    numbers[base] = this.#write(key)
    numbers[base + 1] = fingerprint === undefined ? NO_TEXT : this.#write(fingerprint)
    numbers[base + 2] = this.#write(error ?? entry.value ?? 'null')
    numbers[base + 3] = (error === null ? 0 : FAILED) | (entry.known ? KNOWN : 0)
    numbers[base + 4] = entry.attempts
    numbers[base + 5] = Math.round(entry.startedAt)
    numbers[base + 6] = entry.duration
    numbers[base + 7] = this.#worker(entry.worker)
    numbers[base + 8] = entry.pid
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

  /** Writes a text behind the others. Returns its bytes. */
  #write(text: string): number {
    // A UTF-16 unit is three bytes of UTF-8 at most.
    const most = text.length * 3
    if (this.#used + most > this.#text.length) this.#growText(most)
    const bytes = this.#text.write(text, this.#used, 'utf8')
    this.#used += bytes
    return bytes
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

/** A batch as the bodies of stores take it: row by row, without an object for each. */
export function unpack(packed: PackedBatch): Batch {
  return { id: packed.id, tries: packed.tries, rows: () => rowsOf(packed) }
}

function* rowsOf({ size, text, numbers, workers }: PackedBatch): Generator<BatchRow> {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength)
  const row = {
    key: '',
    fingerprint: null as string | null,
    isFailed: false,
    text: bytes,
    attempts: 0,
    startedAt: 0,
    duration: 0,
    worker: '',
    pid: 0,
    known: false,
  }
  let at = 0
  for (let base = 0; base < size * NUMBERS; base += NUMBERS) {
    const [keyBytes = 0, printBytes = NO_TEXT] = [numbers[base], numbers[base + 1]]
    row.key = bytes.toString('utf8', at, (at += keyBytes))
    row.fingerprint = printBytes === NO_TEXT ? null : bytes.toString('utf8', at, (at += printBytes))
    row.text = bytes.subarray(at, (at += numbers[base + 2] ?? 0))
    const flags = numbers[base + 3] ?? 0
    row.isFailed = (flags & FAILED) !== 0
    row.known = (flags & KNOWN) !== 0
    row.attempts = numbers[base + 4] ?? 1
    row.startedAt = numbers[base + 5] ?? 0
    row.duration = numbers[base + 6] ?? 0
    row.worker = workers[numbers[base + 7] ?? 0] ?? ''
    row.pid = numbers[base + 8] ?? 0
    yield row
  }
}

/** Only the keys of a batch. */
export function keysOf(packed: PackedBatch): readonly string[] {
  return Array.from(rowsOf(packed), ({ key }) => key)
}
