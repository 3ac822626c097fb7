import {
  BIG_BIGINT,
  BIGINT,
  DEFER_DEPTH,
  DEFERRED,
  DOUBLE,
  END,
  FALSE,
  INT,
  MAP,
  MAX_DEPTH,
  NULL,
  REF,
  SET,
  TRUE,
  UNDEFINED,
} from './format.ts'
import { Unsendable } from './not-serializable.ts'
import { writeArray } from './write-array.ts'
import { writeObject } from './write-object.ts'
import type { Writer } from './writer.ts'

/** Writes any value at the writer's position. */
export function writeValue(w: Writer, value: unknown): void {
  if (typeof value === 'number') return writeNumber(w, value)
  if (typeof value === 'string') return w.string(value)
  if (typeof value === 'object') {
    if (value === null) return w.tag(NULL)
    if (Array.isArray(value)) return writeArray(w, value)
    return writeObject(w, value)
  }
  if (typeof value === 'boolean') return w.tag(value ? TRUE : FALSE)
  if (value === undefined) return w.tag(UNDEFINED)
  if (typeof value === 'bigint') return writeBigInt(w, value)
  throw unsendablePrimitive(value)
}

export function writeNumber(w: Writer, value: number): void {
  if (w.pos + 9 > w.capacity) w.ensure(9)
  const int = value | 0
  if (int === value && (int !== 0 || 1 / value > 0)) {
    if (int >= 0 && int < 0x80) {
      w.bytes[w.pos++] = int
    } else {
      w.bytes[w.pos] = INT
      w.view.setInt32(w.pos + 1, int, true)
      w.pos += 5
    }
  } else {
    w.bytes[w.pos] = DOUBLE
    w.view.setFloat64(w.pos + 1, value, true)
    w.pos += 9
  }
}

export function writeBigInt(w: Writer, value: bigint): void {
  if (BigInt.asIntN(64, value) === value) {
    w.ensure(9)
    w.bytes[w.pos] = BIGINT
    w.view.setBigInt64(w.pos + 1, value, true)
    w.pos += 9
  } else {
    w.tag(BIG_BIGINT)
    w.tag(value < 0n ? TRUE : FALSE)
    w.string((value < 0n ? -value : value).toString(16))
  }
}

export function unsendablePrimitive(value: unknown): Unsendable {
  if (typeof value === 'symbol') {
    return new Unsendable(value, `is a symbol (${String(value)})`, 'Send its description, or a string.')
  }
  const name = typeof value === 'function' && value.name !== '' ? ` (${value.name})` : ''
  const advice = 'Send data and name the function: export it from a module and make it a task().'
  return new Unsendable(value, `is a function${name}`, advice)
}

/** The object's position was written already: points there. */
export function writeReference(w: Writer, position: number): void {
  w.tagAndU32(REF, position)
}

/** Goes one level down; true if the values of that level are to be put off with {@link writeLater}. */
export function enter(w: Writer): boolean {
  if (++w.depth <= DEFER_DEPTH) return false
  if (w.whole === 0) return true
  if (w.depth > MAX_DEPTH) throw tooDeep()
  return false
}

export function tooDeep(): Unsendable {
  const where = 'inside a Set, the keys of a Map, an error or a wire type'
  return new Unsendable(undefined, `is nested more than ${MAX_DEPTH} levels deep ${where}`, 'Flatten it.')
}

/** Writes a primitive now and an object after the root. */
export function writeLater(w: Writer, value: unknown): void {
  if (typeof value !== 'object' || value === null) return writeValue(w, value)
  w.tag(DEFERRED)
  w.deferred.push(value)
}

// A subclass may iterate otherwise, which is not what it holds.
const entriesOf = Map.prototype.entries
const valuesOf = Set.prototype.values

export function writeMap(w: Writer, map: Map<unknown, unknown>): void {
  const later = enter(w)
  w.tag(MAP)
  for (const [key, value] of entriesOf.call(map)) {
    if (typeof key === 'object') writeWhole(w, key)
    else writeValue(w, key)
    if (later) writeLater(w, value)
    else writeValue(w, value)
  }
  w.tag(END)
  w.depth--
}

export function writeSet(w: Writer, set: Set<unknown>): void {
  enter(w)
  w.tag(SET)
  for (const value of valuesOf.call(set)) writeWhole(w, value)
  w.tag(END)
  w.depth--
}

/** Writes a value that the reader needs complete, so that nothing in it can be put off. */
export function writeWhole(w: Writer, value: unknown): void {
  w.whole++
  writeValue(w, value)
  w.whole--
}
