import { DEFERRED, END } from './format.ts'
import { CorruptFrameError } from './not-serializable.ts'
import type { ReadShape } from './read-shapes.ts'
import { descend, readString, readValue, skip } from './read-value.ts'
import type { Reader } from './reader.ts'

export function readRecord(r: Reader, at: number): object {
  const shape = readShape(r)
  descend(r)
  // Compiled readers make the object last: too late for a reference to it, and for what follows later.
  const make = at === r.target || r.deferring ? null : shape.make
  const record = make === null ? fill(r, shape, at) : make(r)
  r.depth--
  return record
}

export function readOpenRecord(r: Reader, at: number): object {
  const shape = readShape(r)
  descend(r)
  const record = fill(r, shape, at)
  readPairs(r, record)
  r.depth--
  return record
}

/** Reads keys and values until END into an object. */
export function readPairs(r: Reader, object: object): void {
  while (!skip(r, END)) readInto(r, object, readString(r))
}

function readShape(r: Reader): ReadShape<Reader> {
  const id = r.view.getUint16(r.take(2), true)
  const shape = r.shapes[id]
  if (shape === undefined || id >= r.shapeCount) throw new CorruptFrameError('a record has no shape')
  shape.used(readValue)
  return shape
}

function fill(r: Reader, shape: ReadShape<Reader>, at: number): object {
  const record: Record<string, unknown> = {}
  if (at === r.target) {
    r.passTarget()
    r.register(at, record)
  }
  if (r.deferring || shape.hasProto) for (const key of shape.keys) readInto(r, record, key)
  else for (const key of shape.keys) record[key] = readValue(r)
  return record
}

/** Reads the value of one key, which may follow later. */
export function readInto(r: Reader, object: object, key: string): void {
  if (r.deferring && skip(r, DEFERRED)) {
    define(object, key, undefined)
    r.fixups.push((value) => define(object, key, value))
  } else {
    define(object, key, readValue(r))
  }
}

/** Sets an own property, whatever the key. */
function define(object: object, key: string, value: unknown): void {
  if (key !== '__proto__') Reflect.set(object, key, value)
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
}
