import { MAX_DEPTH } from './format.ts'
import { CorruptFrameError } from './not-serializable.ts'
import {
  readArray,
  readArrayAndKeys,
  readDoubles,
  readHoleyArray,
  readInts,
  readSparseArray,
  readStrings,
} from './read-array.ts'
import {
  readArrayBuffer,
  readBufferReference,
  readNodeBuffer,
  readResizableBuffer,
  readView,
  readWholeView,
} from './read-bytes.ts'
import { readError } from './read-error.ts'
import { readBoxed, readCustom, readDate, readExternal, readMap, readRegExp, readSet } from './read-object.ts'
import { readOpenRecord, readRecord } from './read-record.ts'
import type { Reader } from './reader.ts'
import { readLatin1, readWide } from './text.ts'

/** Reads the value at the reader's position. The tags are those of format.ts. */
export function readValue(r: Reader): unknown {
  const at = r.pos
  if (at >= r.end) throw new CorruptFrameError('it ends within a value')
  const tag = r.bytes[at] ?? 0
  r.pos = at + 1
  if (tag < 0x80) return tag
  if (tag < 0xc0) return tag === 0x80 ? '' : r.text.take(tag - 0x80)
  switch (tag) {
    case 0xc0:
      return undefined
    case 0xc1:
      return null
    case 0xc2:
      return true
    case 0xc3:
      return false
    case 0xc6:
      return r.view.getInt32(r.take(4), true)
    case 0xc7:
      return r.view.getFloat64(r.take(8), true)
    case 0xc8:
      return r.text.take(r.view.getUint16(r.take(2), true))
    case 0xcd:
      return readRecord(r, at)
    case 0xcf:
      return readArray(r, at)
    case 0xd2:
      return readInts(r, at)
    case 0xd3:
      return readDoubles(r, at)
    case 0xe5:
      return readStrings(r, at)
    default:
      return readRare(r, tag, at)
  }
}

function readRare(r: Reader, tag: number, at: number): unknown {
  switch (tag) {
    case 0xc9:
      return readLatin1(r.bytes, ...r.span(1))
    case 0xca:
      return readWide(r.bytes, ...r.span(2))
    case 0xcb:
      return r.view.getBigInt64(r.take(8), true)
    case 0xcc:
      return readBigInt(r)
    case 0xce:
      return readOpenRecord(r, at)
    case 0xd0:
      return readArrayAndKeys(r, at)
    case 0xd1:
      return readSparseArray(r, at)
    case 0xd4:
      return readMap(r, at)
    case 0xd5:
      return readSet(r, at)
    case 0xe4:
      return readHoleyArray(r, at)
    case 0xde:
      return readError(r, at)
    case 0xdf:
      return r.registered(r.u32())
    case 0xe0:
      return readBufferReference(r)
    default:
      return readLeaf(r, tag, at)
  }
}

/** A value that is made at once: nothing in it can point to it. */
function readLeaf(r: Reader, tag: number, at: number): unknown {
  if (at !== r.target) return makeLeaf(r, tag)
  r.passTarget()
  const value = makeLeaf(r, tag)
  r.register(at, value)
  return value
}

function makeLeaf(r: Reader, tag: number): object {
  switch (tag) {
    case 0xd6:
      return readDate(r)
    case 0xd7:
      return readRegExp(r)
    case 0xd8:
      return readBoxed(r)
    case 0xd9:
      return readArrayBuffer(r)
    case 0xda:
      return readResizableBuffer(r)
    case 0xdb:
      return readWholeView(r)
    case 0xdc:
      return readView(r)
    case 0xdd:
      return readNodeBuffer(r)
    case 0xe1:
      return readExternal(r)
    case 0xe2:
      return readCustom(r)
    default:
      throw new CorruptFrameError(`no value can begin with ${tag} here`)
  }
}

function readBigInt(r: Reader): bigint {
  const negative = readValue(r)
  const digits = readString(r)
  if (typeof negative !== 'boolean' || !/^[0-9a-f]+$/.test(digits)) throw new CorruptFrameError('a bigint is no number')
  const value = BigInt(`0x${digits}`)
  return negative ? -value : value
}

/** Reads a value that must be a string. */
export function readString(r: Reader): string {
  const value = readValue(r)
  if (typeof value !== 'string') throw new CorruptFrameError('a string is missing')
  return value
}

/** Goes one level down. An encoder never goes deeper than {@link MAX_DEPTH}, so that damaged bytes cannot either. */
export function descend(r: Reader): void {
  if (++r.depth > MAX_DEPTH + 1) throw new CorruptFrameError('it is nested too deep')
}

/** Whether the next tag is this one; passes it if so. */
export function skip(r: Reader, tag: number): boolean {
  if (r.bytes[r.pos] !== tag || r.pos >= r.end) return false
  r.pos++
  return true
}
