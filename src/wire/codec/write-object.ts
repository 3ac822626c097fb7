import { types } from 'node:util'
import { BOXED, CUSTOM, DATE, EXTERNAL, REGEXP } from './format.ts'
import { classify, kindOf, type Kind } from './kinds.ts'
import { Unsendable } from './not-serializable.ts'
import { customFor } from './registry.ts'
import { proxy } from './write-array.ts'
import { writeArrayBuffer, writeBufferReference, writeNodeBuffer, writeView } from './write-bytes.ts'
import { writeError } from './write-error.ts'
import { writeRecord } from './write-record.ts'
import { enter, writeMap, writeReference, writeSet, writeValue } from './write-value.ts'
import type { Writer } from './writer.ts'

/** Writes any object but an array. */
export function writeObject(w: Writer, value: object): void {
  const prototype = Object.getPrototypeOf(value) as object | null
  if (prototype === Object.prototype) {
    if (types.isProxy(value)) throw proxy(value)
    return writeRecord(w, value, w.polluted)
  }
  const kind = prototype === null ? classify(value) : kindOf(value, prototype)
  if (kind === 'record') return writeRecord(w, value, true)
  const before = w.seen.at(value, w.pos)
  if (before < 0) return writeByKind(w, value, kind)
  if (kind === 'custom' && w.open.includes(value)) throw new Unsendable(value, 'contains itself', 'A wire type cannot.')
  return kind === 'array-buffer' ? writeBufferReference(w, before) : writeReference(w, before)
}

/**
 * Writes, instead of what stands at `position`, an object that has the prototype of a plain one and is none: a Map
 * given another prototype, the arguments of a function. False if it is plain.
 */
export function writeDisguised(w: Writer, value: object, position: number): boolean {
  if (Object.getPrototypeOf(value) !== Object.prototype) return false
  const kind = classify(value)
  if (kind === 'record') return false
  w.pos = position
  writeByKind(w, value, kind)
  return true
}

function writeByKind(w: Writer, value: object, kind: Kind): void {
  if (kind === 'unsendable') throw unsendableObject(value)
  switch (kind) {
    case 'map':
      return writeMap(w, value as Map<unknown, unknown>)
    case 'set':
      return writeSet(w, value as Set<unknown>)
    case 'date':
      return writeDate(w, value as Date)
    case 'regexp':
      return writeRegExp(w, value as RegExp)
    case 'boxed':
      return writeBoxed(w, value)
    case 'error':
      return writeError(w, value as Error)
    case 'array-buffer':
      return writeArrayBuffer(w, value as ArrayBuffer)
    case 'view':
      return writeView(w, value as ArrayBufferView)
    case 'buffer':
      return writeNodeBuffer(w, value as Uint8Array)
    case 'custom':
      return writeCustom(w, value)
    default:
      return writeExternal(w, value, kind === 'transfer')
  }
}

function writeDate(w: Writer, value: Date): void {
  w.tag(DATE)
  w.f64(Date.prototype.getTime.call(value))
}

function writeRegExp(w: Writer, value: RegExp): void {
  w.tag(REGEXP)
  // Not through the object, whose class may have overridden them.
  w.string(String(Reflect.get(RegExp.prototype, 'source', value)))
  const flags = FLAGS.filter(([, name]) => Reflect.get(RegExp.prototype, name, value))
  w.string(flags.map(([flag]) => flag).join(''))
}
const FLAGS = [
  ['d', 'hasIndices'],
  ['g', 'global'],
  ['i', 'ignoreCase'],
  ['m', 'multiline'],
  ['s', 'dotAll'],
  ['u', 'unicode'],
  ['v', 'unicodeSets'],
  ['y', 'sticky'],
] as const

function writeBoxed(w: Writer, value: object): void {
  w.tag(BOXED)
  if (types.isNumberObject(value)) writeValue(w, Number.prototype.valueOf.call(value))
  else if (types.isStringObject(value)) w.string(String.prototype.valueOf.call(value))
  else if (types.isBooleanObject(value)) writeValue(w, Boolean.prototype.valueOf.call(value))
  else writeValue(w, BigInt.prototype.valueOf.call(value))
}

function writeCustom(w: Writer, value: object): void {
  const type = customFor(value)
  if (type === undefined) throw new Unsendable(value, 'is of a wire type that was removed', 'Register it once only.')
  const data = type.encode(value)
  w.tag(CUSTOM)
  w.string(type.name)
  // decode() is given complete data only: neither parts that follow later nor the value itself.
  w.open.push(value)
  w.whole++
  enter(w)
  writeValue(w, data)
  w.depth--
  w.whole--
  w.open.pop()
}

export function writeExternal(w: Writer, value: object, moves: boolean): void {
  if (!w.allowExternals) throw noExternals(value)
  w.tagAndU32(EXTERNAL, w.externals.length)
  w.externals.push(value)
  if (moves) w.transfer.push(value)
}

export function noExternals(value: object): Unsendable {
  const name = className(value)
  const advice = types.isSharedArrayBuffer(value)
    ? "Processes share no memory through it: use threads (kind: 'thread'), or send a copy."
    : `Use threads (kind: 'thread'), or send what the ${name} is made of.`
  return new Unsendable(value, `is a ${name}`, advice, 'process')
}

export function unsendableObject(value: object): Unsendable {
  if (types.isProxy(value)) return proxy(value)
  const name = className(value)
  if (types.isPromise(value)) return new Unsendable(value, 'is a Promise', 'Await it first.')
  if (types.isGeneratorObject(value) || typeof Reflect.get(value, 'next') === 'function') {
    return new Unsendable(value, `is an iterator (${name})`, 'Send the values: [...iterator].')
  }
  const advice = 'Send the data in it as plain values, and make it again on the other side.'
  return new Unsendable(value, `is a ${name}`, advice)
}

function className(value: object): string {
  const { constructor } = value
  const name = typeof constructor === 'function' ? constructor.name : ''
  return name === '' ? Object.prototype.toString.call(value).slice(8, -1) : name
}
