import { NotSerializableError } from '../wire/index.ts'
import { type FromWorker, FLUSH_AFTER } from './protocol.ts'

/**
 * The answers of a batch on their way out.
 *
 * Answers to short calls are held back to share a frame, but never for longer than {@link FLUSH_AFTER} of work, and
 * never while the worker waits for something: then the event loop turns, and what is held goes out.
 */
export class Answers {
  readonly #send: (message: FromWorker) => void
  #batch = 0
  #values: unknown[] = []
  #errors: number[] | null = null
  /** When the first held call began, by the clock that never jumps. */
  #since = 0
  #turn: NodeJS.Immediate | undefined

  constructor(send: (message: FromWorker) => void) {
    this.#send = send
  }

  begin(batch: number): void {
    this.#batch = batch
    this.#since = performance.now()
  }

  /** A call is about to run. */
  calling(): void {
    const now = performance.now()
    if (this.#values.length === 0) this.#since = now
    else if (now - this.#since >= FLUSH_AFTER) {
      this.#flush(now)
      this.#since = now
    }
  }

  returned(value: unknown): void {
    this.#values.push(value)
  }

  threw(error: unknown): void {
    ;(this.#errors ??= []).push(this.#values.length)
    this.#values.push(error)
  }

  /** The call that now runs may take long without holding the thread: lets the answers before it go. */
  flushOnTurn(): void {
    if (this.#values.length === 0 || this.#turn !== undefined) return
    this.#turn = setImmediate(() => {
      this.#turn = undefined
      this.flush()
    })
  }

  flush(): void {
    this.#flush(performance.now())
  }

  #flush(now: number): void {
    if (this.#values.length === 0) return
    const values = this.#values
    const errors = this.#errors
    const elapsed = now - this.#since
    const startedAt = Date.now() - elapsed
    this.#values = []
    this.#errors = null
    try {
      this.#send(['results', this.#batch, values, errors, startedAt, elapsed])
    } catch {
      this.#sendOneByOne(values, errors, startedAt, elapsed)
    }
  }

  /** Some value of the frame cannot travel: each one answers for itself. */
  #sendOneByOne(values: unknown[], errors: readonly number[] | null, startedAt: number, elapsed: number): void {
    const share = elapsed / values.length
    values.forEach((value, index) => {
      const isError = errors?.includes(index) ?? false
      try {
        this.#send(['results', this.#batch, [value], isError ? [0] : null, startedAt + index * share, share])
      } catch (error) {
        const told =
          error instanceof NotSerializableError
            ? error.within(isError ? 'the error' : 'the result', /^\[2\]\[0\]/)
            : error
        this.#send(['results', this.#batch, [told], [0], startedAt + index * share, share])
      }
    })
  }
}
