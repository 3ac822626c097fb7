import { types } from 'node:util'

/**
 * Whether a view of a resizable buffer grows and shrinks with it. The language does not say, so the buffer is resized
 * by a little, the view looked at, and the buffer put back as it was, bytes included. Nothing can run in between.
 */
export function tracksLength(view: ArrayBufferView): boolean {
  const { buffer } = view
  if (!types.isArrayBuffer(buffer) || !buffer.resizable) return false
  const size = buffer.byteLength
  const before = view.byteLength
  // An element more shows in a view that tracks.
  if (size + LARGEST_ELEMENT <= buffer.maxByteLength) {
    buffer.resize(size + LARGEST_ELEMENT)
    const tracks = view.byteLength !== before
    buffer.resize(size)
    return tracks
  }
  // No room for one. With an element less, a view that tracks is shorter, and any other is as before or out of bounds.
  // An empty view at the end of a full buffer stays empty whatever happens.
  const less = Math.min(LARGEST_ELEMENT, before)
  const last = new Uint8Array(buffer, size - less, less).slice()
  buffer.resize(size - less)
  const tracks = !isOutOfBounds(view) && view.byteLength !== before
  buffer.resize(size)
  new Uint8Array(buffer, size - less, less).set(last)
  return tracks
}
const LARGEST_ELEMENT = 8

/** Whether the buffer shrank below the view's end. Such a view looks empty, but its methods throw. */
export function isOutOfBounds(view: ArrayBufferView): boolean {
  try {
    if (types.isDataView(view)) void view.byteLength
    else Reflect.apply(Reflect.get(typedArray, 'keys') as () => unknown, view, [])
    return false
  } catch {
    return true
  }
}
const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object
