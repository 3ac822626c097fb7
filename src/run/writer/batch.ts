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

/** What an outcome takes besides its texts, roughly. */
const ROW_BYTES = 64

/** Outcomes that wait to be sent, column by column. */
export class BatchBuilder {
  readonly keys: string[] = []
  readonly #fingerprints: (string | null)[] = []
  readonly #values: (string | null)[] = []
  readonly #errors: (string | null)[] = []
  readonly #attempts: number[] = []
  readonly #startedAt: number[] = []
  readonly #duration: number[] = []
  readonly #workers: string[] = []
  readonly #pids: number[] = []
  readonly #known: number[] = []
  readonly #tries: RawAttempt[] = []
  bytes = 0

  /** How much waits: outcomes and failed attempts. */
  get size(): number {
    return this.keys.length + this.#tries.length
  }

  add(record: Entry): void {
    if (record.known) this.#known.push(this.keys.length)
    this.keys.push(record.key)
    this.#fingerprints.push(record.fingerprint ?? null)
    this.#values.push(record.value)
    this.#errors.push(record.error)
    this.#attempts.push(record.attempts)
    this.#startedAt.push(Math.round(record.startedAt))
    this.#duration.push(record.duration)
    this.#workers.push(record.worker)
    this.#pids.push(record.pid)
    this.bytes += ROW_BYTES + record.key.length + (record.value?.length ?? 0) + (record.error?.length ?? 0)
  }

  addTry(attempt: RawAttempt): void {
    this.#tries.push(attempt)
    this.bytes += ROW_BYTES + attempt.error.length
  }

  build(id: number): Batch {
    return {
      id,
      keys: this.keys,
      fingerprints: this.#fingerprints,
      values: this.#values,
      errors: this.#errors,
      attempts: this.#attempts,
      startedAt: this.#startedAt,
      duration: this.#duration,
      workers: this.#workers,
      pids: this.#pids,
      known: this.#known,
      tries: this.#tries,
    }
  }
}
