import { END, OPEN_RECORD, RECORD } from './format.ts'
import type { Shape } from './shapes.ts'
import { writeDisguised } from './write-object.ts'
import { enter, writeLater, writeReference, writeValue } from './write-value.ts'
import type { Writer } from './writer.ts'

/** A plain object, or an instance written as one: its own enumerable string keys, in order. */
export function writeRecord(w: Writer, object: object, isPlain: boolean): void {
  const keys = Object.keys(object)
  // Few plain objects have no keys, or indexes for keys; but a Map or an arguments object in their guise does.
  if (isPlain && (keys.length === 0 || startsWithDigit(keys[0] ?? '')) && writeDisguised(w, object)) return
  const position = w.pos
  const before = w.seen.at(object, position)
  if (before >= 0) return writeReference(w, before)
  const later = enter(w)
  w.ensure(3)
  w.pos += 3
  let shape: Shape = w.root
  let open = false
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] ?? ''
    const value = (object as Readonly<Record<string, unknown>>)[key]
    // A getter may have removed a key that follows; structured clone leaves such a key out.
    if (value === undefined && !Object.hasOwn(object, key)) {
      if (!open) open = closeShape(w, position, shape, OPEN_RECORD)
      continue
    }
    if (!open) {
      const next: Shape | null = shape.lastKey === key && shape.last !== null ? shape.last : (shape.step(key) ?? w.learn(shape, key))
      if (next === null) open = closeShape(w, position, shape, OPEN_RECORD)
      else shape = next
    }
    if (open) w.string(key)
    if (later) writeLater(w, value)
    else writeValue(w, value)
  }
  if (open) w.tag(END)
  else closeShape(w, position, shape, RECORD)
  w.depth--
}

function closeShape(w: Writer, position: number, shape: Shape, tag: number): true {
  const id = w.shapeId(shape)
  w.bytes[position] = tag
  w.bytes[position + 1] = id
  w.bytes[position + 2] = id >> 8
  return true
}

function startsWithDigit(key: string): boolean {
  const code = key.charCodeAt(0)
  return code >= 0x30 && code <= 0x39
}
