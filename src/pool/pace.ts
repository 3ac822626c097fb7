/** Work that one batch should hold, in milliseconds: enough to make its frame cheap, too little to be waited for. */
const BATCH_WORK = 1

/** Calls longer than this travel alone and without another waiting behind them, in milliseconds. */
const LONG_CALL = 4

const LARGEST_BATCH = 8192

/**
 * How many calls of one task travel together, learned from the time they take.
 *
 * The first call travels alone. Each answer then moves the size towards a millisecond of work, up or down at most
 * fourfold; down at once where a call answers alone, and up by half of what was learned: one slow answer is a reason to
 * be careful, one fast answer is not yet a reason to be bold.
 */
export class Pace {
  /** Milliseconds per call; undefined until the first answer. */
  #mean: number | undefined
  #size = 1

  /** Notes that `calls` calls took `elapsed` milliseconds together. */
  learn(calls: number, elapsed: number): void {
    let sample = elapsed / calls
    // A worker that had to wait for a processor looks slow; calls that are slow soon answer one by one.
    if (this.#mean !== undefined && calls > 1) sample = Math.min(sample, this.#mean * 4)
    this.#mean = this.#mean === undefined || sample > this.#mean ? sample : (this.#mean + sample) / 2
    const ideal = Math.max(1, Math.floor(BATCH_WORK / this.#mean))
    this.#size = Math.min(ideal, this.#size * 4, LARGEST_BATCH)
  }

  /** Calls for the next batch. */
  get size(): number {
    return this.#size
  }

  /** Batches that a worker should have in its hands: one to run, and one to go on with while calls are short. */
  get depth(): number {
    return this.#mean === undefined || this.#mean > LONG_CALL ? 1 : 2
  }
}
