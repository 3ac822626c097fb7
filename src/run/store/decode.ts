import { Counter } from '../../counter/index.ts'
import { TAG } from './encode.ts'

interface Tagged {
  readonly [TAG]: string
  readonly value?: unknown
  readonly [field: string]: unknown
}

const MARK = `"${TAG}"`

/** The value of a text that `encodeValue` made. */
export function decodeValue(text: string): unknown {
  const plain: unknown = JSON.parse(text)
  return text.includes(MARK) ? revive(plain) : plain
}

function revive(plain: unknown): unknown {
  if (typeof plain !== 'object' || plain === null) return plain
  if (Array.isArray(plain)) return plain.map(revive)
  if (Object.hasOwn(plain, TAG)) return untag(plain as Tagged)
  for (const key of Object.keys(plain)) define(plain, key, revive((plain as Record<string, unknown>)[key]))
  return plain
}

function untag(tagged: Tagged): unknown {
  const { [TAG]: kind, value } = tagged
  switch (kind) {
    case 'undefined':
      return undefined
    case 'number':
      return Number(value)
    case 'bigint':
      return BigInt(text(value))
    case 'Date':
      return new Date(value === null ? Number.NaN : text(value))
    case 'RegExp':
      return Object.assign(new RegExp(text(value), text(tagged['flags'])), {
        lastIndex: Number(tagged['lastIndex'] ?? 0),
      })
    case 'URL':
      return new URL(text(value))
    case 'Map':
      return new Map(pairs(value))
    case 'Counter':
      return new Counter(pairs(value))
    case 'Set':
      return new Set(list(value).map(revive))
    case 'Array':
      return sparse(Number(tagged['length']), pairs(value))
    case 'Object':
      return 'of' in tagged ? new Object(revive(tagged['of'])) : record({}, pairs(value))
    case 'Error':
      return error(tagged)
    case 'v8':
      return process.getBuiltinModule('node:v8').deserialize(Buffer.from(text(value), 'base64'))
    default:
      return bytes(kind, Buffer.from(text(value), 'base64'))
  }
}

function text(value: unknown): string {
  if (typeof value === 'string') return value
  throw new TypeError(`A stored value is damaged: expected a text, got ${typeof value}`)
}

function list(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  throw new TypeError(`A stored value is damaged: expected a list, got ${typeof value}`)
}

function pairs(value: unknown): [unknown, unknown][] {
  return list(value).map((pair) => [revive(list(pair)[0]), revive(list(pair)[1])])
}

/** Sets a field of its own even where its name is `__proto__`. */
function define(target: object, key: string, value: unknown): void {
  Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true })
}

function record(target: object, fields: readonly [unknown, unknown][]): object {
  for (const [key, value] of fields) define(target, String(key), value)
  return target
}

function sparse(length: number, fields: readonly [unknown, unknown][]): unknown[] {
  const array: unknown[] = []
  array.length = length
  record(array, fields)
  return array
}

const ERRORS = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError, AggregateError }

function error(tagged: Tagged): Error {
  const name = text(tagged['name'])
  const message = text(tagged['message'])
  const options = 'cause' in tagged ? { cause: revive(tagged['cause']) } : {}
  const made =
    'errors' in tagged
      ? new AggregateError(list(tagged['errors']).map(revive), message, options)
      : new (Object.hasOwn(ERRORS, name) && name !== 'AggregateError' ? ERRORS[name as 'Error'] : Error)(
          message,
          options,
        )
  if (made.name !== name) Object.defineProperty(made, 'name', { value: name, writable: true, configurable: true })
  Object.defineProperty(made, 'stack', { value: tagged['stack'], writable: true, configurable: true })
  return record(made, 'value' in tagged ? pairs(tagged.value) : []) as Error
}

const VIEWS = {
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
}

function bytes(kind: string, stored: Buffer): unknown {
  if (kind === 'Buffer') return stored
  // A buffer of its own: small Buffers lie in a shared pool.
  const buffer = new Uint8Array(stored).buffer
  if (kind === 'ArrayBuffer') return buffer
  if (kind === 'DataView') return new DataView(buffer)
  const View = Object.hasOwn(VIEWS, kind)
    ? VIEWS[kind as keyof typeof VIEWS]
    : (globalThis as unknown as Record<string, (new (buffer: ArrayBuffer) => unknown) | undefined>)[
        kind === 'Float16Array' ? kind : ''
      ]
  if (View === undefined)
    throw new TypeError(`A stored value is of the unknown kind ${JSON.stringify(kind)}; a newer manyhands wrote it`)
  return new View(buffer)
}
