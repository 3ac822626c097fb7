import { types } from 'node:util'
import { FLAG_DEFERRED, FLAG_REFS, FLAG_TEXT, HEADER_BYTES, VERSION } from './format.ts'
import { CorruptFrameError } from './not-serializable.ts'
import { type ReadShape, ShapeCache } from './read-shapes.ts'
import { TextReader } from './read-text.ts'
import { ENTRY_HEAD } from './shapes.ts'

const NOTHING: readonly unknown[] = []
const NO_BYTES = new ArrayBuffer(0)
const KEPT_MEMORY = 1 << 20

/** A place in a container whose value follows later in the frame. */
export type Fixup = (value: unknown) => void

/** The frame being read. `pos`, `end` and the rest count from the start of the memory that holds the frame. */
export class Reader {
  bytes = new Uint8Array(NO_BYTES)
  view: DataView = new DataView(NO_BYTES)
  /** Where the frame begins in that memory. */
  base = 0
  pos = 0
  /** The end of the body. */
  end = 0
  depth = 0
  /** The position of the next value that a reference points to, or -1. */
  target = -1
  /** Whether values are put off in this frame. */
  deferring = false
  externals: readonly unknown[] = NOTHING
  /** What code of others threw while this frame was read. */
  thrown: unknown
  readonly text = new TextReader()
  /** The shapes of this frame are the first `shapeCount`. */
  readonly shapes: ReadShape<Reader>[] = []
  shapeCount = 0
  readonly fixups: Fixup[] = []
  readonly #known = new ShapeCache<Reader>()
  #memory: ArrayBufferLike = NO_BYTES
  #targets: number[] = []
  #nextTarget = 0
  #registered = new Map<number, object>()

  begin(frame: Uint8Array, externals: readonly unknown[]): void {
    this.#open(frame.buffer)
    this.base = frame.byteOffset
    const last = this.base + frame.byteLength
    if (frame.byteLength < HEADER_BYTES || this.bytes[this.base] !== VERSION) {
      throw new CorruptFrameError('it does not begin as one')
    }
    const flags = this.bytes[this.base + 1] ?? 0
    const shapes = this.view.getUint16(this.base + 2, true)
    this.pos = this.base + HEADER_BYTES
    this.end = this.base + this.view.getUint32(this.base + 4, true)
    if (this.end < this.pos || this.end > last) throw new CorruptFrameError('it is cut short')
    this.depth = 0
    this.shapeCount = 0
    this.target = -1
    this.deferring = (flags & FLAG_DEFERRED) !== 0
    this.externals = externals
    let at = this.end
    if (shapes > 0) at = this.#readShapes(at, last, shapes)
    if ((flags & FLAG_REFS) !== 0) at = this.#readTargets(at, last)
    if ((flags & FLAG_TEXT) !== 0) this.text.begin(this.bytes, this.view, at, last)
    else this.text.beginEmpty()
  }

  /** Forgets the frame: what was decoded belongs to the caller. */
  finish(): void {
    this.externals = NOTHING
    this.thrown = undefined
    if (this.fixups.length > 0) this.fixups.length = 0
    if (this.#registered.size > 0) this.#registered = new Map()
    // Frames in a ring or from a socket come from the same memory again; that of one large frame is let go.
    if (this.bytes.length > KEPT_MEMORY && types.isArrayBuffer(this.#memory)) {
      this.#open(NO_BYTES)
      this.text.beginEmpty()
    }
  }

  /** Notes the value at the position that {@link target} gave. */
  register(position: number, value: object): void {
    this.#registered.set(position - this.base, value)
  }

  /** Moves on to the next target; to be called when its tag is met. */
  passTarget(): void {
    const next = this.#targets[++this.#nextTarget]
    this.target = next === undefined ? -1 : next + this.base
  }

  registered(position: number): object {
    const value = this.#registered.get(position)
    if (value === undefined) throw new CorruptFrameError('it refers to a value that is not there')
    return value
  }

  /** The position of `size` bytes which are skipped. */
  take(size: number): number {
    const at = this.pos
    if (at + size > this.end) throw new CorruptFrameError('a value is cut short')
    this.pos = at + size
    return at
  }

  u8(): number {
    return this.bytes[this.take(1)] ?? 0
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true)
  }

  f64(): number {
    return this.view.getFloat64(this.take(8), true)
  }

  align(size: number): void {
    const over = (this.pos - this.base) % size
    if (over !== 0) this.take(size - over)
  }

  /** A number of items of which each takes `size` bytes at least. */
  count(size: number): number {
    const count = this.u32()
    if (count * size > this.end - this.pos) throw new CorruptFrameError('a length is larger than the frame')
    return count
  }

  /** Start and end of characters of `width` bytes each, whose number comes first. */
  span(width: number): [number, number] {
    const size = this.count(width) * width
    const start = this.take(size)
    return [start, start + size]
  }

  #open(memory: ArrayBufferLike): void {
    // Frames follow one another in the same ring or socket buffer.
    if (memory === this.#memory && this.bytes.byteLength === memory.byteLength) return
    this.#memory = memory
    this.bytes = new Uint8Array(memory as ArrayBuffer)
    this.view = new DataView(memory)
  }

  #readTargets(at: number, last: number): number {
    const count = at + 4 <= last ? this.view.getUint32(at, true) : Infinity
    if (at + 4 + count * 4 > last) throw new CorruptFrameError('its references are cut short')
    this.#targets = []
    for (let i = 0; i < count; i++) this.#targets.push(this.view.getUint32(at + 4 + i * 4, true))
    this.#nextTarget = -1
    this.passTarget()
    return at + 4 + count * 4
  }

  #readShapes(start: number, last: number, count: number): number {
    let at = start
    for (let i = 0; i < count; i++) {
      if (at + ENTRY_HEAD > last) throw new CorruptFrameError('its shapes are cut short')
      const size = this.view.getUint16(at + 4, true)
      const end = at + ENTRY_HEAD + (size >>> 1)
      if (end > last) throw new CorruptFrameError('its shapes are cut short')
      this.shapes[i] = this.#known.get(this.bytes, this.view.getInt32(at, true), at + 4, end)
      at = end
    }
    this.shapeCount = count
    return at
  }
}
