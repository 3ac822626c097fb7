/** The shortest time between two commits that do not have to hurry, in milliseconds: nobody can tell it from at once. */
const SHORTEST = 25

/** A commit is followed by this many times its own length before the next: a slow disk gets fewer, larger ones. */
const REST = 2

/** So much is worth a commit of its own, whenever the last one was. */
export const LARGE_BYTES = 4 * 1024 ** 2

/**
 * When to save. Every `saveEvery` outcomes, or when the first that waits has waited `saveInterval`; and where outcomes
 * come faster than that is worth a commit each, all that came in a short while go into one. A commit costs about
 * 100 kB of writing whatever is in it, so ten results of 1 kB each in their own commit write five times their size,
 * a thousand in one 1.3 times.
 */
export class Pace {
  readonly #saveEvery: number
  readonly #saveInterval: number
  #lastStart = -Infinity
  #lastLength = 0

  constructor(saveEvery: number, saveInterval: number) {
    this.#saveEvery = saveEvery
    this.#saveInterval = saveInterval
  }

  /**
   * How long to wait before what waits is sent, in milliseconds; 0 for at once.
   *
   * @param size - how many outcomes wait, and `bytes` their size.
   * @param since - when the first of them came.
   */
  wait(size: number, bytes: number, since: number, now: number): number {
    const interval = since + this.#saveInterval - now
    if (size < this.#saveEvery) return Math.max(0, interval)
    if (bytes >= LARGE_BYTES) return 0
    const rest = this.#lastStart + Math.max(SHORTEST, this.#lastLength * (1 + REST)) - now
    return Math.max(0, Math.min(rest, interval))
  }

  /** A commit that began then has ended now. */
  committed(start: number, now: number): void {
    this.#lastStart = start
    this.#lastLength = now - start
  }
}
