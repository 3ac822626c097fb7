import { CorruptFrameError } from './not-serializable.ts'
import { readLatin1, readWide } from './text.ts'

/**
 * Characters read at once. A string of 13 characters and more that is cut out of another keeps that one alive, so a
 * string kept for long holds at most this much.
 */
const WINDOW = 2048
/** A string this long is read by itself. */
const ALONE = 512
const NO_BYTES = new Uint8Array(0)

/** The text area of a frame, read from its start in pieces. */
export class TextReader {
  #bytes: Uint8Array = NO_BYTES
  #end = 0
  /** The window: its text, and where the next string begins in it. */
  #window = ''
  #at = 0
  /** The chunk: the byte after the window, characters that follow the window, and bytes a character. */
  #next = 0
  #left = 0
  #width = 1
  /** Where the lengths of the chunks that follow are, and how many these are. */
  #lengthAt = 0
  #chunks = 0
  #view: DataView | null = null

  /** Begins a frame without text. */
  beginEmpty(): void {
    this.#bytes = NO_BYTES
    this.#view = null
    this.#window = ''
    this.#at = 0
    this.#left = 0
    this.#chunks = 0
  }

  /** Begins a frame whose text area is from `start` to `end` of the memory. */
  begin(bytes: Uint8Array, view: DataView, start: number, end: number): void {
    const chunks = start + 4 <= end ? view.getUint32(start, true) : Infinity
    if (start + 4 + chunks * 4 > end) throw new CorruptFrameError('its text is cut short')
    this.beginEmpty()
    this.#bytes = bytes
    this.#view = view
    this.#chunks = chunks
    this.#lengthAt = start + 4
    this.#next = start + 4 + chunks * 4
    this.#end = end
  }

  /** The next `length` characters. */
  take(length: number): string {
    const at = this.#at
    const to = at + length
    if (to > this.#window.length) return this.#takeFar(length)
    this.#at = to
    return this.#window.substring(at, to)
  }

  /** Whether all was taken. */
  get atEnd(): boolean {
    return this.#at === this.#window.length && this.#left === 0 && this.#chunks === 0
  }

  #takeFar(length: number): string {
    let unread = this.#window.length - this.#at
    while (unread + this.#left === 0) {
      if (!this.#openChunk()) throw new CorruptFrameError('it has less text than it says')
      unread = 0
    }
    if (length > unread + this.#left) throw new CorruptFrameError('a string is longer than its text')
    // The window begins anew where the string does.
    const start = this.#next - unread * this.#width
    const available = unread + this.#left
    const size = length > ALONE ? length : Math.min(Math.max(length, WINDOW), available)
    const text = this.#read(start, size)
    this.#next = start + size * this.#width
    this.#left = available - size
    this.#window = text
    this.#at = length
    return size === length ? text : text.substring(0, length)
  }

  #openChunk(): boolean {
    if (this.#chunks === 0 || this.#view === null) return false
    const length = this.#view.getUint32(this.#lengthAt, true)
    this.#lengthAt += 4
    this.#chunks--
    this.#width = 1 + (length & 1)
    this.#left = length >>> 1
    this.#window = ''
    this.#at = 0
    if (this.#next + this.#left * this.#width > this.#end) throw new CorruptFrameError('its text is cut short')
    return true
  }

  #read(start: number, size: number): string {
    const end = start + size * this.#width
    return this.#width === 1 ? readLatin1(this.#bytes, start, end) : readWide(this.#bytes, start, end)
  }
}
