import { inspect, types } from 'node:util'
import {
  AREA_STRING_MAX,
  ARRAY,
  ARRAY_AND_KEYS,
  DOUBLES,
  END,
  HOLE,
  HOLEY_ARRAY,
  INTS,
  SPARSE_ARRAY,
  STRINGS,
} from './format.ts'
import { Unsendable } from './not-serializable.ts'
import { enter, writeLater, writeReference, writeValue } from './write-value.ts'
import type { Writer } from './writer.ts'

/** Shorter arrays are not worth a packed form. */
const PACK_FROM = 4
/** From this length on `inspect` is the cheaper way to find an array's further keys. */
const INSPECT_FROM = 100
/** An array longer than this is looked at for its number of values before anything is written. */
const SPARSE_FROM = 10_000

export function writeArray(w: Writer, array: readonly unknown[]): void {
  const before = w.seen.at(array, w.pos)
  if (before >= 0) return writeReference(w, before)
  if (types.isProxy(array)) throw proxy(array)
  const length = array.length
  const keys = length < INSPECT_FROM || !hasOnlyItems(array) ? Object.keys(array) : null
  if (keys !== null && length > SPARSE_FROM && keys.length < length / 4) return writeSparse(w, array, keys)
  const extra = keys === null ? 0 : countExtra(keys, array)
  if (extra === 0 && length >= PACK_FROM && writePacked(w, array)) return
  const position = w.pos
  const later = enter(w)
  w.tagAndU32(extra > 0 ? ARRAY_AND_KEYS : ARRAY, length)
  for (let i = 0; i < length; i++) {
    const value = array[i]
    if (value === undefined && !(i in array)) writeHole(w, position)
    else if (later) writeLater(w, value)
    else writeValue(w, value)
  }
  if (extra > 0 && keys !== null) writePairs(w, array, keys.slice(-extra), later)
  w.depth--
}

function writeHole(w: Writer, position: number): void {
  if (w.bytes[position] === ARRAY) w.bytes[position] = HOLEY_ARRAY
  w.tag(HOLE)
}

function writeSparse(w: Writer, array: readonly unknown[], keys: readonly string[]): void {
  const later = enter(w)
  w.tagAndU32(SPARSE_ARRAY, array.length)
  writePairs(w, array, keys, later)
  w.depth--
}

function writePairs(w: Writer, array: readonly unknown[], keys: readonly string[], later: boolean): void {
  for (const key of keys) {
    if (!Object.hasOwn(array, key)) continue
    w.string(key)
    const value: unknown = Reflect.get(array, key)
    if (later) writeLater(w, value)
    else writeValue(w, value)
  }
  w.tag(END)
}

/** The keys that are no indexes come last. */
function countExtra(keys: readonly string[], array: readonly unknown[]): number {
  const { length } = array
  // As many keys as items: none but the items, unless there are holes.
  if (keys.length === length && (length === 0 || keys[length - 1] === String(length - 1))) return 0
  let extra = 0
  while (extra < keys.length && !isIndex(keys[keys.length - 1 - extra] ?? '', length)) extra++
  return extra
}

function isIndex(key: string, length: number): boolean {
  const index = Number(key)
  return index >>> 0 === index && index < length && String(index) === key
}

/**
 * Whether an array has no keys but its indexes. No cheap way to ask is in the language: `Object.keys` makes a string of
 * each index. `inspect` asks V8 for the other keys only, and shows none of the items when told so.
 */
function hasOnlyItems(array: readonly unknown[]): boolean {
  return inspect(array, ONLY_KEYS) === `[ ... ${array.length} more items ]`
}
const ONLY_KEYS = {
  maxArrayLength: 0,
  depth: 0,
  customInspect: false,
  showHidden: false,
  getters: false,
  showProxy: false,
  colors: false,
  sorted: false,
  compact: 3,
  breakLength: Infinity,
} as const

/** Writes an array of numbers or of short strings as such; false, and nothing written, if it holds anything else. */
function writePacked(w: Writer, array: readonly unknown[]): boolean {
  if (typeof array[0] === 'number') return writeInts(w, array)
  return typeof array[0] === 'string' && areShortStrings(array) && writeStrings(w, array)
}

function areShortStrings(array: readonly unknown[]): array is readonly string[] {
  for (let i = 0; i < array.length; i++) {
    const value = array[i]
    if (typeof value !== 'string' || value.length > AREA_STRING_MAX) return false
  }
  return true
}

function writeStrings(w: Writer, array: readonly string[]): true {
  w.tagAndU32(STRINGS, array.length)
  w.ensure(3 * array.length)
  const { bytes, text } = w
  let pos = w.pos
  for (let i = 0; i < array.length; i++) {
    const value = array[i] ?? ''
    const { length } = value
    if (length < 0xff) {
      bytes[pos++] = length
    } else {
      bytes[pos] = 0xff
      bytes[pos + 1] = length
      bytes[pos + 2] = length >> 8
      pos += 3
    }
    text.add(value)
  }
  w.pos = pos
  return true
}

function writeInts(w: Writer, array: readonly unknown[]): boolean {
  const start = w.pos
  const length = array.length
  w.tagAndU32(INTS, length)
  w.align(4)
  w.ensure(4 * length)
  const { view } = w
  let pos = w.pos
  for (let i = 0; i < length; i++) {
    const value = array[i]
    if (typeof value !== 'number') {
      w.pos = start
      return false
    }
    const int = value | 0
    if (int !== value || (int === 0 && 1 / value < 0)) {
      w.pos = start
      return writeDoubles(w, array, i)
    }
    view.setInt32(pos, int, true)
    pos += 4
  }
  w.pos = pos
  return true
}

function writeDoubles(w: Writer, array: readonly unknown[], from: number): boolean {
  const start = w.pos
  const length = array.length
  // Nearly all integers: smaller one by one.
  if (from > length / 2) return false
  w.tagAndU32(DOUBLES, length)
  w.align(8)
  w.ensure(8 * length)
  const { view } = w
  let pos = w.pos
  for (let i = 0; i < length; i++) {
    const value = array[i]
    if (typeof value !== 'number') {
      w.pos = start
      return false
    }
    view.setFloat64(pos, value, true)
    pos += 8
  }
  w.pos = pos
  return true
}

export function proxy(value: object): Unsendable {
  return new Unsendable(value, 'is a Proxy', 'Send a plain copy of what it stands for.')
}
