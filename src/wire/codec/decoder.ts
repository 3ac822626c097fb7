import { CorruptFrameError } from './not-serializable.ts'
import { readValue } from './read-value.ts'
import { Reader } from './reader.ts'

const NOTHING: readonly unknown[] = []

/** Turns frames into values. It only remembers the shapes it has met, so any decoder reads any frame. */
export class Decoder {
  readonly #reader = new Reader()
  #busy = false

  /**
   * Decodes one frame. The value does not depend on `bytes` afterwards: they may be overwritten.
   *
   * @param externals what travelled beside the frame
   * @throws CorruptFrameError if the bytes are not those of one whole frame; what a wire type's `decode` throws
   */
  decode(bytes: Uint8Array, externals: readonly unknown[] = NOTHING): unknown {
    // A wire type's decode() that decodes something of its own.
    if (this.#busy) return new Decoder().decode(bytes, externals)
    const r = this.#reader
    this.#busy = true
    try {
      r.begin(bytes, externals)
      const value = readValue(r)
      for (let i = 0; i < r.fixups.length; i++) {
        r.depth = 0
        r.fixups[i]?.(readValue(r))
      }
      if (r.pos !== r.end || !r.text.atEnd) throw new CorruptFrameError('it holds more than one value')
      return value
    } catch (error) {
      // Damaged bytes may end anywhere: behind a field (a shape's keys, a date), or with a stack that is full.
      throw error instanceof RangeError && error !== r.thrown ? new CorruptFrameError(error.message) : error
    } finally {
      r.finish()
      this.#busy = false
    }
  }
}
