import { duration, type Duration } from '../../options/index.ts'
import { InvalidOptionError } from '../../errors/index.ts'

/** How long to wait before an item is tried again. */
export interface Backoff {
  /** Before the second attempt. @default '1s' */
  readonly initial?: Duration | undefined
  /** Each further wait is so many times the one before. @default 2 */
  readonly factor?: number | undefined
  /** No wait is longer. @default '1m' */
  readonly max?: Duration | undefined
  /** How much of a wait is left to chance, 0 to 1, so that items that failed together do not come back together. @default 0.5 */
  readonly jitter?: number | undefined
}

/** The wait after a number of failed attempts, in milliseconds. */
export function backoffOf(option: Duration | Backoff | undefined): (failed: number) => number {
  const {
    initial = '1s',
    factor = 2,
    max = '1m',
    jitter = 0.5,
  }: Backoff = typeof option === 'object' ? option : option === undefined ? {} : { initial: option }
  const first = duration('backoff', initial)
  const longest = Math.max(first, duration('backoff.max', max))
  if (!(factor >= 1)) throw new InvalidOptionError('backoff.factor', 'a number of at least 1', factor)
  if (!(jitter >= 0 && jitter <= 1)) throw new InvalidOptionError('backoff.jitter', 'a number from 0 to 1', jitter)
  return (failed) => {
    const whole = Math.min(longest, first * factor ** (failed - 1))
    return whole * (1 - jitter * Math.random())
  }
}

/** Items that wait to be tried again. One timer for all; nothing looks at a clock in between. */
export class Retries<T> {
  readonly #waiting: { readonly due: number; readonly entry: T }[] = []
  readonly #ready: T[] = []
  readonly #onReady: () => void
  #timer: NodeJS.Timeout | undefined

  /** @param onReady - called when there is something to take. */
  constructor(onReady: () => void) {
    this.#onReady = onReady
  }

  get size(): number {
    return this.#waiting.length + this.#ready.length
  }

  add(entry: T, wait: number): void {
    const due = performance.now() + wait
    let place = this.#waiting.length
    while (place > 0 && (this.#waiting[place - 1]?.due ?? 0) > due) place--
    this.#waiting.splice(place, 0, { due, entry })
    if (place === 0) this.#arm()
  }

  /** The next that has waited long enough. */
  take(): T | undefined {
    return this.#ready.shift()
  }

  /** Forgets all: the run stops. */
  clear(): void {
    clearTimeout(this.#timer)
    this.#waiting.length = 0
    this.#ready.length = 0
  }

  #arm(): void {
    clearTimeout(this.#timer)
    const first = this.#waiting[0]
    if (first === undefined) return
    this.#timer = setTimeout(
      () => {
        const now = performance.now()
        // A timer may ring up to a millisecond early.
        while (this.#waiting[0] !== undefined && this.#waiting[0].due <= now + 1) {
          const next = this.#waiting.shift()
          if (next) this.#ready.push(next.entry)
        }
        this.#arm()
        this.#onReady()
      },
      Math.max(0, first.due - performance.now()),
    )
  }
}
