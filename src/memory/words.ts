/** Looks before a sleep: some 40 microseconds. */
const LOOKS = 10_000

/**
 * A few 32-bit words that two threads see at once.
 *
 * Each word has one writer, named where it is used, so a store is enough and no lock is needed.
 */
export class Words {
  readonly buffer: SharedArrayBuffer
  readonly #words: Int32Array

  /** New words, all 0, or a view on those of another thread. */
  constructor(source: number | SharedArrayBuffer) {
    this.buffer = typeof source === 'number' ? new SharedArrayBuffer(source * 4) : source
    this.#words = new Int32Array(this.buffer)
  }

  load(index: number): number {
    return Atomics.load(this.#words, index)
  }

  add(index: number, value: number): void {
    Atomics.add(this.#words, index, value)
  }

  /**
   * Holds this thread until the word is no longer `value`, or for so many milliseconds.
   *
   * It looks a few times before it sleeps: to be woken costs more than the look, and more than most waits are long.
   */
  wait(index: number, value: number, milliseconds: number): void {
    for (let look = 0; look < LOOKS; look++) if (Atomics.load(this.#words, index) !== value) return
    Atomics.wait(this.#words, index, value, milliseconds)
  }

  /** Wakes the thread that waits at the word. */
  notify(index: number): void {
    Atomics.notify(this.#words, index)
  }

  store(index: number, value: number): void {
    Atomics.store(this.#words, index, value)
  }
}
