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

  store(index: number, value: number): void {
    Atomics.store(this.#words, index, value)
  }
}
