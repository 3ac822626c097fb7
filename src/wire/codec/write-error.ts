import { END, ERROR, ERROR_BASES } from './format.ts'
import { findFault } from './fault.ts'
import { enter, writeValue } from './write-value.ts'
import type { Writer } from './writer.ts'

/** Own fields of every error, which are not enumerable. */
const STANDARD = ['name', 'message', 'stack', 'cause', 'errors'] as const

/**
 * Writes an error: the class it extends, the name of its class, then its standard fields and its own enumerable ones,
 * as pairs until END, twice. Whatever a field does (throw, hold a socket), the error itself gets through.
 */
export function writeError(w: Writer, error: Error): void {
  enter(w)
  w.whole++
  w.tag(ERROR)
  w.u8(baseOf(error))
  w.string(classNameOf(error))
  const own = new Set(keysOf(error))
  for (const key of STANDARD) {
    if (own.has(key) || (key === 'errors' && !Object.hasOwn(error, key))) continue
    const value = read(error, key)
    if (value !== undefined || (key === 'cause' && Object.hasOwn(error, key))) writePair(w, key, value)
  }
  w.tag(END)
  for (const key of own) writePair(w, key, read(error, key))
  w.tag(END)
  w.whole--
  w.depth--
}

function writePair(w: Writer, key: string, value: unknown): void {
  const sent = portable(value, w.allowExternals)
  if (sent === undefined && value !== undefined) return
  w.string(key)
  writeValue(w, sent)
}

/** The value, or what of it can be sent: of an array the items, of an object the fields that are plain values. */
function portable(value: unknown, externals: boolean, inside = false): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') return undefined
  if (typeof value !== 'object' || value === null || findFault(value, externals) === null) return value
  if (inside) return undefined
  if (Array.isArray(value)) return value.map((item: unknown) => portable(item, externals, true))
  const plain: Record<string, unknown> = {}
  for (const key of keysOf(value)) {
    const field = read(value, key)
    if (typeof field !== 'object' && typeof field !== 'function' && typeof field !== 'symbol') plain[key] = field
  }
  return Object.keys(plain).length === 0 ? undefined : plain
}

/** The number of the built-in class that the error is or extends. */
function baseOf(error: Error): number {
  for (let p: unknown = error; typeof p === 'object' && p !== null; p = Object.getPrototypeOf(p)) {
    if (!Object.hasOwn(p, 'constructor')) continue
    const base = ERROR_BASES.indexOf(nameOf(read(p, 'constructor')))
    if (base >= 0) return base
  }
  return 0
}

function classNameOf(error: Error): string {
  return nameOf(read(error, 'constructor')) || 'Error'
}

function nameOf(constructor: unknown): string {
  const name = typeof constructor === 'function' ? read(constructor, 'name') : undefined
  return typeof name === 'string' ? name : ''
}

function keysOf(value: object): string[] {
  try {
    return Object.keys(value)
  } catch {
    return []
  }
}

function read(value: object, key: string): unknown {
  try {
    return Reflect.get(value, key)
  } catch {
    return undefined
  }
}
