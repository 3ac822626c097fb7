import { Counter } from '../../counter/index.ts'
import { NotSerializableError } from '../../wire/index.ts'

/**
 * Values in a store are JSON wherever JSON is exact, so that `sqlite3`, DuckDB and pandas can read them. Whatever
 * JSON would lose stands in the tagged form `{"$mh": KIND, "value": …}`; an object with a key `$mh` of its own is
 * tagged too, so that nothing is mistaken. A value that contains itself has no text form: it is kept whole as
 * `{"$mh": "v8", "value": BASE64}`, what `v8.serialize` makes of it.
 */
export const TAG = '$mh'

/**
 * Keys that JSON escapes. JSON is exact with them, but V8 is not (nodejs/node#63785): in Node 24 and 26 `JSON.parse`
 * takes an escaped key for another of the same length that it saw at that place before; after
 * `JSON.parse('{"a":1,"\\\\":0}')`, `JSON.parse('{"a":1,"\\n":0}')` has a key `\`. Objects with such keys are tagged,
 * where keys are texts like others.
 */
const ESCAPED = /["\\\u0000-\u001f\p{Surrogate}]/u

/** Deeper than this the quick check gives up, also because the value may contain itself. */
const QUICK_DEPTH = 100

const encoder: { v8?: typeof import('node:v8') } = {}

/**
 * The text of a value in a store.
 *
 * @throws {@link NotSerializableError} for what is no data: functions, symbols, promises, weak collections.
 */
export function encodeValue(value: unknown): string {
  if (isExact(value, 0)) return JSON.stringify(value)
  try {
    return JSON.stringify(tagged(value, '', []))
  } catch (error) {
    if (error !== CYCLE) throw error
    encoder.v8 ??= process.getBuiltinModule('node:v8')
    return JSON.stringify({ [TAG]: 'v8', value: encoder.v8.serialize(value).toString('base64') })
  }
}

/** Whether `JSON.parse(JSON.stringify(value))` gives the same value. */
function isExact(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
    case 'object':
      if (value === null) return true
      return depth < QUICK_DEPTH && (Array.isArray(value) ? isExactArray(value, depth) : isExactObject(value, depth))
    default:
      return false
  }
}

function isExactArray(array: readonly unknown[], depth: number): boolean {
  for (let index = 0; index < array.length; index++) {
    // A hole reads as undefined, which is not exact either.
    if (!isExact(array[index], depth + 1)) return false
  }
  return Object.getPrototypeOf(array) === Array.prototype && Object.keys(array).length === array.length
}

function isExactObject(value: object, depth: number): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  const record = value as Record<string, unknown>
  for (const key in record) {
    if (key === TAG || ESCAPED.test(key) || !isExact(record[key], depth + 1)) return false
  }
  return true
}

const CYCLE = new Error('The value contains itself')

/** The form of a value that JSON keeps. `path` leads to it, `above` are the objects it lies in. */
function tagged(value: unknown, path: string, above: readonly object[]): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      if (Number.isFinite(value) && !Object.is(value, -0)) return value
      return { [TAG]: 'number', value: Object.is(value, -0) ? '-0' : String(value) }
    case 'bigint':
      return { [TAG]: 'bigint', value: String(value) }
    case 'undefined':
      return { [TAG]: 'undefined' }
    case 'object':
      if (value === null) return null
      if (above.includes(value)) throw CYCLE
      return taggedObject(value, path, [...above, value])
    default:
      throw unstorable(path, value)
  }
}

function taggedObject(value: object, path: string, above: readonly object[]): unknown {
  const inside = (part: unknown, name: string): unknown => tagged(part, `${path}${name}`, above)
  const entries = (pairs: Iterable<readonly [unknown, unknown]>): unknown[] =>
    Array.from(pairs, ([key, part], index) => [inside(key, `.key(${index})`), inside(part, `.get(${show(key)})`)])

  if (Array.isArray(value)) {
    const keys = Object.keys(value)
    const dense = keys.length === value.length && keys.every((key, index) => key === String(index))
    if (dense) return value.map((part, index) => inside(part, `[${index}]`))
    return {
      [TAG]: 'Array',
      length: value.length,
      value: keys.map((key) => [key, inside((value as unknown as Record<string, unknown>)[key], `[${key}]`)]),
    }
  }
  if (value instanceof Counter) return { [TAG]: 'Counter', value: entries(value) }
  if (value instanceof Map) return { [TAG]: 'Map', value: entries(value) }
  if (value instanceof Set)
    return { [TAG]: 'Set', value: Array.from(value, (part, index) => inside(part, `.values(${index})`)) }
  if (value instanceof Date) return { [TAG]: 'Date', value: Number.isNaN(value.getTime()) ? null : value.toISOString() }
  if (value instanceof RegExp)
    return { [TAG]: 'RegExp', value: value.source, flags: value.flags, lastIndex: value.lastIndex }
  if (value instanceof URL) return { [TAG]: 'URL', value: value.href }
  if (value instanceof Error) return taggedError(value, inside)
  if (value instanceof Number || value instanceof String || value instanceof Boolean || value instanceof BigInt) {
    return { [TAG]: 'Object', of: inside(value.valueOf(), '') }
  }
  return taggedBytes(value) ?? taggedRecord(value, path, inside)
}

function taggedError(error: Error, inside: (part: unknown, name: string) => unknown): unknown {
  const own = Object.keys(error).filter(
    (key) => key !== 'name' && key !== 'message' && key !== 'stack' && key !== 'cause' && key !== 'errors',
  )
  return {
    [TAG]: 'Error',
    name: error.name,
    message: error.message,
    ...(typeof error.stack === 'string' && { stack: error.stack }),
    ...(Object.hasOwn(error, 'cause') && { cause: inside(error.cause, '.cause') }),
    ...(error instanceof AggregateError && { errors: inside(error.errors, '.errors') }),
    ...(own.length > 0 && {
      value: own.map((key) => [key, inside((error as unknown as Record<string, unknown>)[key], `.${key}`)]),
    }),
  }
}

function taggedBytes(value: object): unknown {
  if (value instanceof ArrayBuffer) return { [TAG]: 'ArrayBuffer', value: Buffer.from(value).toString('base64') }
  if (!ArrayBuffer.isView(value)) return undefined
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  return { [TAG]: kindOf(value), value: bytes.toString('base64') }
}

const NO_DATA = new Set([
  'Promise',
  'WeakMap',
  'WeakSet',
  'WeakRef',
  'Generator',
  'AsyncGenerator',
  'SharedArrayBuffer',
  'Atomics',
])

/** Any other object: its own enumerable fields, as between workers. */
function taggedRecord(value: object, path: string, inside: (part: unknown, name: string) => unknown): unknown {
  if (NO_DATA.has(kindOf(value))) throw unstorable(path, value)
  const pairs = Object.entries(value).map(
    ([key, part]) =>
      [key, inside(part, /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${show(key)}]`)] as const,
  )
  if (pairs.some(([key]) => key === TAG || ESCAPED.test(key))) return { [TAG]: 'Object', value: pairs }
  // Without a prototype, so that a key `__proto__` is a key.
  return Object.assign(Object.create(null) as object, Object.fromEntries(pairs))
}

function kindOf(value: object): string {
  return Buffer.isBuffer(value) ? 'Buffer' : Object.prototype.toString.call(value).slice(8, -1)
}

function unstorable(path: string, value: unknown): NotSerializableError {
  const what = typeof value === 'object' && value !== null ? kindOf(value) : typeof value
  return new NotSerializableError(
    `value${path}`,
    `is a ${what}`,
    'Return data: numbers, strings, arrays, objects, Maps, Sets, bytes.',
  )
}

function show(key: unknown): string {
  return typeof key === 'string' ? JSON.stringify(key) : String(key)
}
