import { NOT_LATIN1 } from './text.ts'
import type { Writer } from './writer.ts'

/** Characters gathered before a chunk is closed: enough to make native calls rare, few enough to stay in cache. */
const CHUNK_CHARS = 16 * 1024
/** Up to this length a chunk is written character by character. */
const TINY = 24

/** The characters of a frame's short strings. Joined, they cost one native call, not one each. */
export class TextArea {
  /** The chunk that grows, then those that are full. */
  #text = ''
  readonly #full: string[] = []

  get isEmpty(): boolean {
    return this.#text.length === 0 && this.#full.length === 0
  }

  add(value: string): void {
    const text = this.#text + value
    this.#text = text
    if (text.length > CHUNK_CHARS) this.#close()
  }

  clear(): void {
    this.#text = ''
    if (this.#full.length > 0) this.#full.length = 0
  }

  /** Writes the text area of the trailer. */
  write(w: Writer): void {
    // The last chunk is usually the only one; an array would cost more than it does.
    const last = this.#text
    const count = this.#full.length + (last.length > 0 ? 1 : 0)
    let lengthAt = w.pos + 4
    w.ensure(4 + 4 * count)
    w.view.setUint32(w.pos, count, true)
    w.pos += 4 + 4 * count
    for (let i = 0; i < this.#full.length; i++, lengthAt += 4) writeChunk(w, this.#full[i] ?? '', lengthAt)
    if (last.length > 0) writeChunk(w, last, lengthAt)
  }

  #close(): void {
    this.#full.push(this.#text)
    this.#text = ''
  }
}

function writeChunk(w: Writer, chunk: string, lengthAt: number): void {
  const { length } = chunk
  if (length <= TINY && writeTiny(w, chunk)) {
    w.view.setUint32(lengthAt, length * 2, true)
    return
  }
  const wide = NOT_LATIN1.test(chunk)
  const size = wide ? length * 2 : length
  w.ensure(size)
  w.view.setUint32(lengthAt, length * 2 + (wide ? 1 : 0), true)
  w.pos += wide ? w.bytes.ucs2Write(chunk, w.pos, size) : w.bytes.latin1Write(chunk, w.pos, size)
}

/** Writes a few characters without a native call; false if they are wide. */
function writeTiny(w: Writer, chunk: string): boolean {
  w.ensure(TINY)
  const { bytes, pos } = w
  for (let i = 0; i < chunk.length; i++) {
    const code = chunk.charCodeAt(i)
    if (code > 0xff) return false
    bytes[pos + i] = code
  }
  w.pos = pos + chunk.length
  return true
}
