import { END, OPEN_RECORD, RECORD } from './format.ts'
import type { Shape } from './shapes.ts'
import { writeDisguised } from './write-object.ts'
import { enter, writeLater, writeReference, writeValue } from './write-value.ts'
import type { Writer } from './writer.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * Writes a plain object of which no prototype has enumerable keys. `for…in` is the fast way through it: V8 has the
 * keys of a hidden class in a list and loads `object[key]` from that place, however many classes pass here.
 */
export function writePlain(w: Writer, object: object): void {
  const position = w.pos
  const before = w.seen.at(object, position)
  if (before >= 0) return writeReference(w, before)
  const later = enter(w)
  w.ensure(3)
  w.pos = position + 3
  let shape: Shape = w.root
  let open = false
  for (const key in object) {
    const value = (object as Fields)[key]
    if (!open) {
      const next = shape.lastKey === key ? shape.last : nextShape(w, shape, key)
      if (next === null) open = close(w, position, shape, OPEN_RECORD)
      else shape = next
    }
    if (open) w.string(key)
    if (later) writeLater(w, value)
    else writeValue(w, value)
  }
  w.depth--
  if (shape.suspicious && writeDisguised(w, object, position)) return
  if (open) w.tag(END)
  else close(w, position, shape, RECORD)
}

/** Writes an instance of a class, or any object, as a plain one: its own enumerable string keys. */
export function writeInstance(w: Writer, object: object): void {
  const position = w.pos
  const before = w.seen.at(object, position)
  if (before >= 0) return writeReference(w, before)
  const later = enter(w)
  w.ensure(3)
  w.pos = position + 3
  let shape: Shape = w.root
  let open = false
  for (const key of Object.keys(object)) {
    const value = (object as Fields)[key]
    // A getter may have removed a key that follows; structured clone leaves such a key out.
    if (value === undefined && !Object.hasOwn(object, key)) continue
    if (!open) {
      const next = shape.lastKey === key ? shape.last : nextShape(w, shape, key)
      if (next === null) open = close(w, position, shape, OPEN_RECORD)
      else shape = next
    }
    if (open) w.string(key)
    if (later) writeLater(w, value)
    else writeValue(w, value)
  }
  w.depth--
  if (open) w.tag(END)
  else close(w, position, shape, RECORD)
}

/** The shape with this key, when the key is not that of the object before; null if it is to be spelled out. */
function nextShape(w: Writer, shape: Shape, key: string): Shape | null {
  return shape.step(key) ?? w.learn(shape, key)
}

function close(w: Writer, position: number, shape: Shape, tag: number): true {
  const id = w.shapeId(shape)
  w.bytes[position] = tag
  w.bytes[position + 1] = id
  w.bytes[position + 2] = id >> 8
  return true
}
