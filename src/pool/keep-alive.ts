/** Longest time that a timer takes, in milliseconds. */
const LONGEST = 2 ** 31 - 1

/**
 * Keeps the program alive while somebody has work in hand.
 *
 * The workers themselves never do: switching their handles at every call would cost more than a short call. One timer
 * that never fires stands for them all, and switching it is nearly free.
 */
export class KeepAlive {
  readonly #holders = new Set<object>()
  #timer: NodeJS.Timeout | undefined

  hold(holder: object): void {
    this.#holders.add(holder)
    if (this.#holders.size > 1) return
    if (this.#timer === undefined) this.#timer = setInterval(() => {}, LONGEST)
    else this.#timer.ref()
  }

  release(holder: object): void {
    if (this.#holders.delete(holder) && this.#holders.size === 0) this.#timer?.unref()
  }

  /** Leaves nothing behind. */
  end(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }
}
