/** An item and how long its last attempt took, in milliseconds. */
export interface Timed {
  readonly key: string
  readonly duration: number
}

/** How many of the slowest items are remembered. */
const SLOWEST = 5

/** How far back a rate looks, and how many steps that has. */
const WINDOW = 10_000
const STEPS = 20

/** Counts what becomes of the items of a run, at a cost that does not grow with them. */
export class Tally {
  done = 0
  failed = 0
  /** Items that were done before. */
  skipped = 0
  /** Items that failed before and are not tried again. */
  failedBefore = 0
  /** Attempts that were tried again. */
  retried = 0
  /** Items in the hands of workers. */
  inHand = 0
  saved = 0
  total: number | undefined
  readonly startedAt = Date.now()
  readonly #start = performance.now()
  readonly #steps = new Float64Array(STEPS)
  #step = 0
  readonly #slowest: Timed[] = []

  /** An item ended, done or failed. */
  ended(key: string, duration: number, isDone: boolean): void {
    if (isDone) this.done++
    else this.failed++
    this.#advance()
    this.#steps[this.#step % STEPS] = (this.#steps[this.#step % STEPS] ?? 0) + 1
    if (this.#slowest.length < SLOWEST || duration > (this.#slowest.at(-1)?.duration ?? 0)) {
      this.#slowest.push({ key, duration })
      this.#slowest.sort((a, b) => b.duration - a.duration)
      this.#slowest.length = Math.min(SLOWEST, this.#slowest.length)
    }
  }

  /** Milliseconds since the run began. */
  get elapsed(): number {
    return performance.now() - this.#start
  }

  /** Items per second, of the last ten seconds or as long as it runs. */
  get rate(): number {
    this.#advance()
    const seconds = Math.min(this.elapsed, WINDOW) / 1000
    return seconds === 0 ? 0 : this.#steps.reduce((sum, count) => sum + count, 0) / seconds
  }

  /** Items that are neither done nor failed nor skipped; undefined while nobody knows how many there are. */
  get left(): number | undefined {
    return this.total === undefined
      ? undefined
      : Math.max(0, this.total - this.done - this.failed - this.skipped - this.failedBefore)
  }

  /** Milliseconds until the end at this rate; undefined where that cannot be said. */
  get eta(): number | undefined {
    const { left, rate } = this
    return left === undefined || rate === 0 ? undefined : (left / rate) * 1000
  }

  get slowest(): readonly Timed[] {
    return [...this.#slowest]
  }

  /** Empties the steps that passed since the last look. */
  #advance(): void {
    const now = Math.floor(this.elapsed / (WINDOW / STEPS))
    for (; this.#step < now; this.#step++) this.#steps[(this.#step + 1) % STEPS] = 0
  }
}
