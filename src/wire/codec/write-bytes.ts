import { types } from 'node:util'
import {
  ARRAY_BUFFER,
  EXTERNAL,
  NODE_BUFFER,
  REF_BUFFER,
  RESIZABLE_BUFFER,
  VIEW,
  VIEW_NAMES,
  WHOLE_VIEW,
} from './format.ts'
import { isMoved } from './moved.ts'
import { Unsendable } from './not-serializable.ts'
import { isOutOfBounds, tracksLength } from './tracking.ts'
import { writeExternal } from './write-object.ts'
import { writeReference } from './write-value.ts'
import type { Writer } from './writer.ts'

const VIEW_KINDS = new Map<unknown, number>(VIEW_NAMES.map((name, kind) => [name, kind]))
const BUFFER_KIND = VIEW_NAMES.indexOf('Buffer')
const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object

/** Writes an ArrayBuffer that was not written before. */
export function writeArrayBuffer(w: Writer, buffer: ArrayBuffer): void {
  const fault = faultOfBytes(buffer)
  if (fault !== null) throw fault
  if (w.allowExternals && isMoved(buffer)) return writeExternal(w, buffer, true)
  if (leaves(w, buffer)) return writeCopy(w, buffer.slice(0))
  if (buffer.resizable) {
    w.tag(RESIZABLE_BUFFER)
    w.f64(buffer.maxByteLength)
    w.u32(buffer.byteLength)
  } else {
    w.tagAndU32(ARRAY_BUFFER, buffer.byteLength)
  }
  w.align(8)
  w.raw(new Uint8Array(buffer))
}

/** Whether the buffer goes beside the frame instead of into it. */
function leaves(w: Writer, buffer: ArrayBuffer): boolean {
  return w.allowExternals && (isMoved(buffer) || (buffer.byteLength >= w.detachFrom && !buffer.resizable))
}

/** A copy of our own, which moves: one copy altogether where bytes in the frame are copied three times. */
function writeCopy(w: Writer, copy: ArrayBuffer): void {
  w.tagAndU32(EXTERNAL, w.externals.length)
  w.externals.push(copy)
  w.transfer.push(copy)
}

/** Writes a typed array or DataView that was not written before, with its buffer. */
export function writeView(w: Writer, view: ArrayBufferView): void {
  const fault = faultOfBytes(view)
  if (fault !== null) throw fault
  const { buffer } = view
  // Structured clone keeps the views of one shared memory together when they travel side by side.
  if (!types.isArrayBuffer(buffer)) return writeExternal(w, view, false)
  const kind = VIEW_KINDS.get(Reflect.get(typedArray, Symbol.toStringTag, view)) ?? VIEW_NAMES.indexOf('DataView')
  const before = w.seen.find(buffer)
  if (before < 0 && view.byteLength === buffer.byteLength && !buffer.resizable && !leaves(w, buffer)) {
    w.seen.at(buffer, w.pos)
    w.tag(WHOLE_VIEW)
    w.u8(kind)
    w.u32(view.byteLength)
    w.align(8)
    return w.raw(view instanceof Uint8Array ? view : new Uint8Array(buffer))
  }
  writePartOf(w, view, kind, buffer, before)
}

function writePartOf(w: Writer, view: ArrayBufferView, kind: number, buffer: ArrayBuffer, before: number): void {
  const bytesPerElement: unknown = Reflect.get(view, 'BYTES_PER_ELEMENT')
  w.tag(VIEW)
  w.u8(kind)
  w.u8(tracksLength(view) ? 1 : 0)
  w.f64(view.byteOffset)
  w.f64(typeof bytesPerElement === 'number' ? view.byteLength / bytesPerElement : view.byteLength)
  if (before >= 0) return writeBufferReference(w, before)
  w.seen.at(buffer, w.pos)
  writeArrayBuffer(w, buffer)
}

/** Points to a buffer that was written, or to the one inside of a view that was. */
export function writeBufferReference(w: Writer, position: number): void {
  if (w.bytes[position] === WHOLE_VIEW) w.tagAndU32(REF_BUFFER, position)
  else writeReference(w, position)
}

/**
 * Writes a Node.js Buffer: its own bytes, not the pool of 8 KB and more that it may lie in. It arrives as a Buffer,
 * where structured clone would make a Uint8Array of it and copy the pool.
 */
export function writeNodeBuffer(w: Writer, view: Uint8Array): void {
  const { buffer } = view
  if (!types.isArrayBuffer(buffer) || faultOfBytes(view) !== null) return writeView(w, view)
  if (view.byteLength === buffer.byteLength && w.allowExternals && isMoved(buffer)) {
    return writePartOf(w, view, BUFFER_KIND, buffer, w.seen.find(buffer))
  }
  if (w.allowExternals && view.byteLength >= w.detachFrom) {
    w.tag(VIEW)
    w.u8(BUFFER_KIND)
    w.u8(0)
    w.f64(0)
    w.f64(view.byteLength)
    return writeCopy(w, buffer.slice(view.byteOffset, view.byteOffset + view.byteLength))
  }
  w.tagAndU32(NODE_BUFFER, view.byteLength)
  w.raw(view)
}

/** What is wrong with a buffer or a view: its memory was moved away, or the view lies outside of it. */
export function faultOfBytes(value: ArrayBuffer | ArrayBufferView): Unsendable | null {
  const isView = ArrayBuffer.isView(value)
  const buffer = isView ? value.buffer : value
  if (!types.isArrayBuffer(buffer)) return null
  if (buffer.detached) {
    const what = 'is a buffer whose memory was moved away (it is detached)'
    return new Unsendable(value, what, 'Send a copy, or do not use it after a move().')
  }
  return isView && buffer.resizable && isOutOfBounds(value)
    ? new Unsendable(value, 'is a view that lies outside of its buffer, which shrank', 'Make a new view.')
    : null
}
