import { DEFERRED, HOLE } from './format.ts'
import { readPairs } from './read-record.ts'
import { descend, readValue, skip } from './read-value.ts'
import type { Reader } from './reader.ts'

/** V8 makes a dictionary of `new Array(n)` from here on. */
const PREALLOCATED = 1 << 24

export function readArray(r: Reader, at: number): unknown[] {
  const length = r.count(1)
  const array = newArray(r, at, length)
  descend(r)
  for (let i = 0; i < length; i++) {
    if (r.bytes[r.pos] === HOLE && skip(r, HOLE)) continue
    if (r.deferring && skip(r, DEFERRED)) {
      array[i] = undefined
      r.fixups.push((value) => {
        array[i] = value
      })
    } else {
      array[i] = readValue(r)
    }
  }
  if (array.length < length) array.length = length
  r.depth--
  return array
}

export function readArrayAndKeys(r: Reader, at: number): unknown[] {
  const array = readArray(r, at)
  descend(r)
  readPairs(r, array)
  r.depth--
  return array
}

export function readSparseArray(r: Reader, at: number): unknown[] {
  const length = r.u32()
  const array = newArray(r, at, 0)
  array.length = length
  descend(r)
  readPairs(r, array)
  r.depth--
  return array
}

export function readInts(r: Reader, at: number): unknown[] {
  const length = r.count(4)
  r.align(4)
  let pos = r.take(length * 4)
  const array = newArray(r, at, length)
  const { view } = r
  for (let i = 0; i < length; i++, pos += 4) array[i] = view.getInt32(pos, true)
  return array
}

export function readDoubles(r: Reader, at: number): unknown[] {
  const length = r.count(8)
  r.align(8)
  let pos = r.take(length * 8)
  const array = newArray(r, at, length)
  const { view } = r
  for (let i = 0; i < length; i++, pos += 8) array[i] = view.getFloat64(pos, true)
  return array
}

function newArray(r: Reader, at: number, length: number): unknown[] {
  const array: unknown[] = length <= PREALLOCATED ? new Array<unknown>(length) : []
  if (at === r.target) {
    r.passTarget()
    r.register(at, array)
  }
  return array
}
