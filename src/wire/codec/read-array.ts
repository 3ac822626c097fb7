import { DEFERRED, HOLE } from './format.ts'
import { readInto, readPairs } from './read-record.ts'
import { descend, readValue, skip } from './read-value.ts'
import type { Reader } from './reader.ts'

/** V8 makes a dictionary of `new Array(n)` from here on. */
const PREALLOCATED = 1 << 24

export function readArray(r: Reader, at: number): unknown[] {
  const length = r.count(1)
  descend(r)
  const array = length <= 4 && at !== r.target && !r.deferring ? readFew(r, length) : readItems(r, at, length)
  r.depth--
  return array
}

/** Literals take half the time of `new Array(n)`, and no more memory than their items. */
function readFew(r: Reader, length: number): unknown[] {
  switch (length) {
    case 0:
      return []
    case 1:
      return [readValue(r)]
    case 2:
      return [readValue(r), readValue(r)]
    case 3:
      return [readValue(r), readValue(r), readValue(r)]
    default:
      return [readValue(r), readValue(r), readValue(r), readValue(r)]
  }
}

function readItems(r: Reader, at: number, length: number): unknown[] {
  const array = newArray(r, at, length)
  for (let i = 0; i < length; i++) {
    if (r.deferring && skip(r, DEFERRED)) {
      array[i] = undefined
      r.fixups.push((value) => {
        array[i] = value
      })
    } else {
      array[i] = readValue(r)
    }
  }
  return array
}

export function readHoleyArray(r: Reader, at: number): unknown[] {
  const length = r.count(1)
  const array = newArray(r, at, length)
  descend(r)
  for (let i = 0; i < length; i++) if (!skip(r, HOLE)) readInto(r, array, String(i))
  if (array.length < length) array.length = length
  r.depth--
  return array
}

export function readArrayAndKeys(r: Reader, at: number): unknown[] {
  const array = readHoleyArray(r, at)
  descend(r)
  readPairs(r, array)
  r.depth--
  return array
}

export function readStrings(r: Reader, at: number): unknown[] {
  const length = r.count(1)
  const array = newArray(r, at, length)
  const { text } = r
  for (let i = 0; i < length; i++) {
    let size = r.u8()
    if (size === 0xff) size = r.view.getUint16(r.take(2), true)
    array[i] = size === 0 ? '' : text.take(size)
  }
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
