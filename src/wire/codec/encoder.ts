import { findFault } from './fault.ts'
import { NotSerializableError, Unsendable } from './not-serializable.ts'
import { writeValue } from './write-value.ts'
import { Writer } from './writer.ts'

/** A value as it travels. */
export interface Encoded {
  /** The frame: a view of the encoder's buffer, valid until the next `encode`. Copy it, or send it before that. */
  readonly bytes: Uint8Array<ArrayBuffer>
  /** What only a MessagePort can carry, in the order of the indexes in `bytes`; usually empty. */
  readonly externals: unknown[]
  /** Those of the externals that move. */
  readonly transfer: unknown[]
}

export interface EncoderOptions {
  /**
   * Whether externals are possible: between threads, not between processes.
   *
   * @default false
   */
  readonly externals?: boolean
  /**
   * With externals, the bytes from which on an ArrayBuffer (or the bytes of a Buffer) is copied once and moved beside
   * the frame, instead of being copied into it.
   *
   * @default Infinity
   */
  readonly detachFrom?: number
}

/** Turns values into frames. One encoder serves one channel: frames do not depend on each other. */
export class Encoder {
  readonly #options: EncoderOptions
  readonly #writer: Writer
  #busy = false

  constructor(options: EncoderOptions = {}) {
    this.#options = options
    this.#writer = new Writer(options.externals ?? false, options.detachFrom ?? Infinity)
  }

  /**
   * Encodes one value.
   *
   * @throws NotSerializableError if something in it cannot travel; what a getter throws, as it is
   */
  encode(value: unknown): Encoded {
    // A getter, or a wire type's encode, that sends something of its own.
    if (this.#busy) return new Encoder(this.#options).encode(value)
    const w = this.#writer
    this.#busy = true
    try {
      w.begin()
      writeValue(w, value)
      let later = 0
      for (; later < w.deferred.length; later++) {
        w.depth = 0
        writeValue(w, w.deferred[later])
      }
      w.finish(later > 0)
      const { externals, transfer } = w
      return { bytes: new Uint8Array(w.bytes.buffer, 0, w.pos), externals, transfer }
    } catch (error) {
      throw error instanceof Unsendable ? this.#explain(value, error) : error
    } finally {
      w.end()
      this.#busy = false
    }
  }

  #explain(root: unknown, reason: Unsendable): NotSerializableError {
    const fault = findFault(root, this.#options.externals ?? false) ?? { path: '', reason }
    return new NotSerializableError(fault.path, fault.reason.what, fault.reason.advice, fault.reason.to)
  }
}
