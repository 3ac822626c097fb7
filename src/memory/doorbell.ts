/** Words of a doorbell: how often it rang, and whether somebody sleeps at it. */
const RINGS = 0
const ASLEEP = 1

/**
 * Wakes one thread that sleeps, from any other.
 *
 * The sleeper reads {@link rings}, looks for what it waits for, and only then sleeps until that number changes; the
 * other side makes the thing visible first and rings second. So no ring is missed, and ringing at an awake thread
 * costs one atomic addition.
 */
export class Doorbell {
  readonly buffer: SharedArrayBuffer
  readonly #words: Int32Array

  /** A new doorbell, or the other side of one. */
  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(8)) {
    this.buffer = buffer
    this.#words = new Int32Array(buffer)
  }

  get rings(): number {
    return Atomics.load(this.#words, RINGS)
  }

  ring(): void {
    Atomics.add(this.#words, RINGS, 1)
    if (Atomics.load(this.#words, ASLEEP) === 1) Atomics.notify(this.#words, RINGS)
  }

  /** Blocks this thread until it rings; returns at once if it rang since `rings` was read. */
  sleep(rings: number): void {
    Atomics.store(this.#words, ASLEEP, 1)
    Atomics.wait(this.#words, RINGS, rings)
    Atomics.store(this.#words, ASLEEP, 0)
  }
}
