import type { Outcome, RawAttempt, StoredError, StoreFacts } from '../store/outcome.ts'
import { compareKeys } from '../store/order.ts'
import type { Entry } from './batch.ts'
import type { Recorder } from './recorder.ts'

/** Keeps outcomes in memory, as they are: for a run without a store. */
export class MemoryRecorder implements Recorder {
  readonly facts: StoreFacts | undefined = undefined
  readonly isChanged = false
  readonly isEmpty = true
  readonly saves = 0
  readonly #outcomes = new Map<string, Outcome>()
  #sorted: readonly string[] = []

  hasRoom(): boolean {
    return true
  }

  begin(): void {}

  check(keys: readonly string[]): Promise<Uint8Array> {
    return Promise.resolve(new Uint8Array(keys.length))
  }

  encode(): null {
    return null
  }

  add({ key, error, attempts, startedAt, duration, worker, pid, fingerprint }: Entry, value: unknown): void {
    this.#outcomes.set(key, {
      key,
      status: error === null ? 'done' : 'failed',
      value,
      error: error === null ? undefined : (JSON.parse(error) as StoredError),
      attempts,
      startedAt,
      duration,
      worker,
      pid,
      fingerprint,
    })
  }

  addTry(_attempt: RawAttempt): void {}

  note(): void {}

  flush(): void {}

  end(): Promise<void> {
    return Promise.resolve()
  }

  abandon(): Promise<void> {
    return Promise.resolve()
  }

  /** All outcomes in the order of their keys. */
  *outcomes(): Generator<Outcome> {
    if (this.#sorted.length !== this.#outcomes.size) this.#sorted = [...this.#outcomes.keys()].sort(compareKeys)
    for (const key of this.#sorted) {
      const outcome = this.#outcomes.get(key)
      if (outcome !== undefined) yield outcome
    }
  }
}
