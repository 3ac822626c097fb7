import { DEFERRED, END } from './format.ts'
import { CorruptFrameError } from './not-serializable.ts'
import { descend, readString, readValue, skip } from './read-value.ts'
import type { Reader } from './reader.ts'
import { type AnyWireType, wireTypeNamed } from './registry.ts'

export function readMap(r: Reader, at: number): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>()
  noteTarget(r, at, map)
  descend(r)
  while (!skip(r, END)) {
    const key = readValue(r)
    if (r.deferring && skip(r, DEFERRED)) {
      map.set(key, undefined)
      r.fixups.push((value) => map.set(key, value))
    } else {
      map.set(key, readValue(r))
    }
  }
  r.depth--
  return map
}

export function readSet(r: Reader, at: number): Set<unknown> {
  const set = new Set<unknown>()
  noteTarget(r, at, set)
  descend(r)
  while (!skip(r, END)) set.add(readValue(r))
  r.depth--
  return set
}

/** Registers a container before what is in it is read, which may point back to it. */
export function noteTarget(r: Reader, at: number, value: object): void {
  if (at !== r.target) return
  r.passTarget()
  r.register(at, value)
}

export function readDate(r: Reader): Date {
  return new Date(r.f64())
}

export function readRegExp(r: Reader): RegExp {
  const source = readString(r)
  const flags = readString(r)
  try {
    return new RegExp(source, flags)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new CorruptFrameError(`a regular expression has an error (${error.message})`)
  }
}

export function readBoxed(r: Reader): object {
  const value = readValue(r)
  if (typeof value === 'object' || value === undefined) throw new CorruptFrameError('a wrapped primitive is none')
  return Object(value) as object
}

export function readExternal(r: Reader): object {
  const index = r.u32()
  const value = r.externals[index]
  if (typeof value !== 'object' || value === null) {
    throw new CorruptFrameError(`what it says travelled beside it (${index}) did not`)
  }
  return value
}

export function readCustom(r: Reader): object {
  const name = readString(r)
  const type = wireTypeNamed(name)
  if (type === undefined) {
    const advice = 'Import the module that calls registerWireType() for it'
    throw new CorruptFrameError(`it holds a ${name}, which nothing here can read. ${advice}`)
  }
  descend(r)
  const data = readValue(r)
  r.depth--
  const value = decodeWith(r, type, data)
  if (typeof value !== 'object' || value === null) throw new CorruptFrameError(`the decode() of ${name} gave no object`)
  return value
}

function decodeWith(r: Reader, type: AnyWireType, data: unknown): unknown {
  try {
    return type.decode(data)
  } catch (error) {
    r.thrown = error
    throw error
  }
}
