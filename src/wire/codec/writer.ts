import {
  AREA_STRING_MAX,
  FLAG_DEFERRED,
  FLAG_REFS,
  FLAG_TEXT,
  HEADER_BYTES,
  LONG_STRING,
  LONG_WIDE_STRING,
  MAX_FRAME,
  SHORT_STRING,
  STRING,
  VERSION,
} from './format.ts'
import { Seen } from './seen.ts'
import { Shape } from './shapes.ts'
import { NOT_LATIN1, rawBuffer, type RawBuffer } from './text.ts'
import { TextArea } from './text-area.ts'
import { Unsendable } from './not-serializable.ts'

const FIRST_CAPACITY = 16 * 1024
/** A larger buffer is let go after its frame. */
const KEPT_CAPACITY = 2 * 1024 * 1024
/** Shapes known before the tree is begun anew. */
const MAX_SHAPES = 4096
/** Shapes learnt from one object, so that a dictionary does not fill the tree. */
const MAX_LEARNT = 8

const EMPTY = {}
const NO_BYTES = new Uint8Array(0)

/** The frame being written: the buffer, the text gathered so far, the shapes used and the objects seen. */
export class Writer {
  readonly allowExternals: boolean
  /** From this size on an ArrayBuffer is copied once and transferred. */
  readonly detachFrom: number
  bytes: RawBuffer = rawBuffer(FIRST_CAPACITY)
  view: DataView = new DataView(this.bytes.buffer)
  capacity = FIRST_CAPACITY
  pos = HEADER_BYTES
  depth = 0
  /** Above 0 inside of values that cannot be put off. */
  whole = 0
  externals: unknown[] = []
  transfer: unknown[] = []
  /** Whether someone gave Object.prototype an enumerable key, which `for…in` would find in every object. */
  polluted = false
  readonly seen = new Seen()
  root = new Shape(0, '', true)
  /** Values put off until after the root. */
  readonly deferred: unknown[] = []
  /** Values of wire types whose data is being written. */
  readonly open: unknown[] = []
  #frame = 0
  /** The characters of short strings. */
  readonly text = new TextArea()
  readonly #shapes: Shape[] = []
  #shapeCount = 0
  #shapesKnown = 0
  #learnt = 0

  constructor(allowExternals: boolean, detachFrom: number) {
    this.allowExternals = allowExternals
    this.detachFrom = detachFrom
  }

  begin(): void {
    if (this.capacity > KEPT_CAPACITY) this.#allocate(FIRST_CAPACITY)
    if (this.#shapesKnown > MAX_SHAPES) {
      this.root = new Shape(0, '', true)
      this.#shapesKnown = 0
    }
    this.polluted = false
    for (const _ in EMPTY) this.polluted = true
    this.#frame++
    this.pos = HEADER_BYTES
    this.depth = 0
    this.whole = 0
  }

  /** Forgets everything of the caller's, also after an error. */
  end(): void {
    this.seen.clear()
    this.text.clear()
    this.#shapeCount = 0
    if (this.deferred.length > 0) this.deferred.length = 0
    if (this.open.length > 0) this.open.length = 0
    if (this.externals.length > 0) this.externals = []
    if (this.transfer.length > 0) this.transfer = []
  }

  /** Makes room for `size` bytes more. */
  ensure(size: number): void {
    if (this.pos + size > this.capacity) this.#grow(size)
  }

  tag(tag: number): void {
    if (this.pos === this.capacity) this.#grow(1)
    this.bytes[this.pos++] = tag
  }

  tagAndU32(tag: number, value: number): void {
    if (this.pos + 5 > this.capacity) this.#grow(5)
    this.bytes[this.pos] = tag
    this.view.setUint32(this.pos + 1, value, true)
    this.pos += 5
  }

  u8(value: number): void {
    this.tag(value)
  }

  u32(value: number): void {
    this.ensure(4)
    this.view.setUint32(this.pos, value, true)
    this.pos += 4
  }

  f64(value: number): void {
    this.ensure(8)
    this.view.setFloat64(this.pos, value, true)
    this.pos += 8
  }

  /** Pads to a multiple of `size` and clears the padding, which may hold bytes of an earlier frame. */
  align(size: number): void {
    this.ensure(size)
    while (this.pos % size !== 0) this.bytes[this.pos++] = 0
  }

  raw(source: Uint8Array): void {
    this.ensure(source.length)
    this.bytes.set(source, this.pos)
    this.pos += source.length
  }

  string(value: string): void {
    const length = value.length
    if (this.pos + 3 > this.capacity) this.#grow(3)
    if (length < 64) this.bytes[this.pos++] = SHORT_STRING + length
    else if (length <= AREA_STRING_MAX) {
      this.bytes[this.pos] = STRING
      this.bytes[this.pos + 1] = length
      this.bytes[this.pos + 2] = length >> 8
      this.pos += 3
    } else {
      this.#longString(value)
      return
    }
    this.text.add(value)
  }

  #longString(value: string): void {
    const wide = NOT_LATIN1.test(value)
    const size = wide ? value.length * 2 : value.length
    this.tagAndU32(wide ? LONG_WIDE_STRING : LONG_STRING, value.length)
    this.ensure(size)
    this.pos += wide ? this.bytes.ucs2Write(value, this.pos, size) : this.bytes.latin1Write(value, this.pos, size)
  }

  /** A shape that no object had before, or null if it is to be spelled out. */
  learn(shape: Shape, key: string): Shape | null {
    if (this.#learnt === MAX_LEARNT || this.#shapesKnown > MAX_SHAPES) return null
    const learnt = shape.learn(key)
    if (learnt === null) return null
    this.#learnt++
    this.#shapesKnown++
    return learnt
  }

  /** The shape's number in this frame; ends an object's learning. */
  shapeId(shape: Shape): number {
    this.#learnt = 0
    if (shape.frame !== this.#frame) {
      shape.frame = this.#frame
      shape.id = this.#shapeCount
      this.#shapes[this.#shapeCount++] = shape
    }
    return shape.id
  }

  /** Writes trailer and header; the frame is `bytes` up to `pos`. */
  finish(deferred: boolean): void {
    const bodyEnd = this.pos
    let flags = deferred ? FLAG_DEFERRED : 0
    if (this.#shapeCount > 0) this.#shapeTable()
    const targets = this.seen.targets()
    if (targets !== null) {
      flags |= FLAG_REFS
      this.ensure(4 + 4 * targets.length)
      this.view.setUint32(this.pos, targets.length, true)
      this.pos += 4
      for (const target of targets) {
        this.view.setUint32(this.pos, target, true)
        this.pos += 4
      }
    }
    if (!this.text.isEmpty) {
      flags |= FLAG_TEXT
      this.text.write(this)
    }
    this.bytes[0] = VERSION
    this.bytes[1] = flags
    this.view.setUint16(2, this.#shapeCount, true)
    this.view.setUint32(4, bodyEnd, true)
  }

  #shapeTable(): void {
    for (let i = 0; i < this.#shapeCount; i++) {
      const entry = this.#shapes[i]?.entry ?? NO_BYTES
      this.ensure(entry.length)
      const { bytes, pos } = this
      // Few bytes: a call of set() costs more than they do.
      for (let j = 0; j < entry.length; j++) bytes[pos + j] = entry[j] ?? 0
      this.pos = pos + entry.length
    }
  }

  #grow(size: number): void {
    const needed = this.pos + size
    if (needed > MAX_FRAME) {
      throw new Unsendable(undefined, 'takes more than 2 GiB', 'Send it in parts, or write it to a file.')
    }
    const old = this.bytes
    this.#allocate(Math.min(Math.max(this.capacity * 2, needed + 1024), MAX_FRAME))
    this.bytes.set(old.subarray(0, this.pos))
  }

  #allocate(capacity: number): void {
    this.bytes = rawBuffer(capacity)
    this.view = new DataView(this.bytes.buffer)
    this.capacity = capacity
  }
}
