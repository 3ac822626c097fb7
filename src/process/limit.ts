/** The longest time that a timer of Node's takes, in milliseconds; what is longer is as good as no limit. */
const LONGEST = 2 ** 31 - 1

/** A time limit that is set, moved and lifted. */
export class Limit {
  #timer: NodeJS.Timeout | undefined
  #turn: NodeJS.Immediate | undefined

  /** Calls `over` when the time is over, in place of what was set before. */
  set(milliseconds: number, over: () => void): void {
    this.clear()
    if (milliseconds > LONGEST) return
    this.#timer = setTimeout(() => {
      // This thread may have been busy until now, with the news that would have lifted the limit waiting to be read:
      // that is done in the turn of the event loop before an immediate.
      this.#turn = setImmediate(over)
    }, milliseconds)
  }

  clear(): void {
    clearTimeout(this.#timer)
    if (this.#turn) clearImmediate(this.#turn)
  }
}
