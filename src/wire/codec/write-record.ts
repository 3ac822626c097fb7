import { END, OPEN_RECORD, RECORD } from './format.ts'
import type { Shape } from './shapes.ts'
import { writeDisguised } from './write-object.ts'
import { enter, writeLater, writeReference, writeValue } from './write-value.ts'
import type { Writer } from './writer.ts'

/**
 * Writes an object as a plain one: its own enumerable string keys, in order. `for…in` is the fast way through it: V8
 * has the keys of a hidden class in a list and loads `object[key]` from that place, however many classes pass here.
 * `inherits` tells that a prototype may have enumerable keys, which `for…in` finds too.
 */
export function writeRecord(w: Writer, object: object, inherits: boolean): void {
  const position = w.pos
  const before = w.seen.at(object, position)
  if (before >= 0) return writeReference(w, before)
  const later = enter(w)
  w.ensure(3)
  w.pos = position + 3
  let shape: Shape = w.root
  // Once a key is not of a known shape, it and those that follow are spelled out.
  let open = false
  for (const key in object) {
    if (inherits && !Object.hasOwn(object, key)) continue
    const value = (object as Readonly<Record<string, unknown>>)[key]
    if (!open) {
      const next = shape.lastKey === key ? shape.last : (shape.step(key) ?? w.learn(shape, key))
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

function close(w: Writer, position: number, shape: Shape, tag: number): true {
  const id = w.shapeId(shape)
  w.bytes[position] = tag
  w.bytes[position + 1] = id
  w.bytes[position + 2] = id >> 8
  return true
}
