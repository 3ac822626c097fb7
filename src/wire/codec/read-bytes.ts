import { types } from 'node:util'
import { VIEW_NAMES } from './format.ts'
import { CorruptFrameError } from './not-serializable.ts'
import { readValue } from './read-value.ts'
import type { Reader } from './reader.ts'

/** A Buffer up to this size may share memory with others, as those which Node.js makes do. */
const POOLED = 2048

interface ViewClass {
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): ArrayBufferView<ArrayBuffer>
  new (items: ArrayBufferView): ArrayBufferView<ArrayBuffer>
  readonly BYTES_PER_ELEMENT?: number
}
/** By their number; Float16Array is undefined before Node.js 24. */
const CLASSES = VIEW_NAMES.map((name) => Reflect.get(globalThis, name) as ViewClass | undefined)
const BUFFER = VIEW_NAMES.indexOf('Buffer')

export function readArrayBuffer(r: Reader): ArrayBuffer {
  const size = r.u32()
  r.align(8)
  return copy(r, size)
}

export function readResizableBuffer(r: Reader): ArrayBuffer {
  const maxByteLength = r.f64()
  const size = r.u32()
  r.align(8)
  const start = r.take(size)
  try {
    const buffer = new ArrayBuffer(size, { maxByteLength })
    new Uint8Array(buffer).set(new Uint8Array(r.bytes.buffer, start, size))
    return buffer
  } catch (error) {
    if (error instanceof RangeError) throw new CorruptFrameError(`a buffer cannot be made (${error.message})`)
    throw error
  }
}

/** A view of the whole of a buffer. */
export function readWholeView(r: Reader): ArrayBufferView {
  const kind = r.u8()
  const size = r.u32()
  r.align(8)
  const View = viewClass(kind)
  const start = r.pos
  const unit = View.BYTES_PER_ELEMENT ?? 0
  // A typed array made of another is the fastest copy, and small ones stay on V8's own heap.
  if (unit === 0 || start % unit !== 0 || size % unit !== 0 || kind === BUFFER) return makeView(kind, copy(r, size))
  return new View(new View(r.bytes.buffer, r.take(size), size / unit))
}

export function readView(r: Reader): ArrayBufferView {
  const kind = r.u8()
  const tracks = r.u8() === 1
  const byteOffset = r.f64()
  const length = r.f64()
  const buffer = readValue(r)
  if (!types.isArrayBuffer(buffer)) throw new CorruptFrameError('a view has no buffer')
  return tracks ? makeView(kind, buffer, byteOffset) : makeView(kind, buffer, byteOffset, length)
}

export function readNodeBuffer(r: Reader): Buffer {
  const size = r.u32()
  const start = r.take(size)
  const buffer = size <= POOLED ? Buffer.allocUnsafe(size) : Buffer.allocUnsafeSlow(size)
  buffer.set(new Uint8Array(r.bytes.buffer, start, size))
  return buffer
}

/** The buffer in a view that was read before. */
export function readBufferReference(r: Reader): ArrayBufferLike {
  const view = r.registered(r.u32())
  if (!ArrayBuffer.isView(view)) throw new CorruptFrameError('it refers to a buffer that is not there')
  return view.buffer
}

function viewClass(kind: number): ViewClass {
  const View = CLASSES[kind]
  if (View === undefined) throw new CorruptFrameError(`this Node.js has no ${VIEW_NAMES[kind] ?? 'such view'}`)
  return View
}

function makeView(kind: number, buffer: ArrayBuffer, byteOffset?: number, length?: number): ArrayBufferView {
  const View = viewClass(kind)
  try {
    return kind === BUFFER ? Buffer.from(buffer, byteOffset, length) : new View(buffer, byteOffset, length)
  } catch (error) {
    if (error instanceof RangeError) throw new CorruptFrameError(`a view does not fit its buffer (${error.message})`)
    throw error
  }
}

function copy(r: Reader, size: number): ArrayBuffer {
  return new Uint8Array(new Uint8Array(r.bytes.buffer, r.take(size), size)).buffer
}
