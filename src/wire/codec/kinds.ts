import { types } from 'node:util'
import { customFor } from './registry.ts'

/** How an object travels, as far as its prototype tells. */
export type Kind =
  | 'record'
  | 'map'
  | 'set'
  | 'date'
  | 'regexp'
  | 'boxed'
  | 'error'
  | 'array-buffer'
  | 'shared'
  | 'view'
  | 'buffer'
  /** Structured clone copies or shares it, our bytes cannot: a Blob, a KeyObject, a WebAssembly.Module, … */
  | 'clone'
  /** A port or a stream: it can only move. */
  | 'transfer'
  | 'custom'
  | 'unsendable'

const TypedArray = Object.getPrototypeOf(Uint8Array.prototype) as object
/** Classes of the language, whose instances have a brand that `util.types` knows. */
const BRANDED = new Map<object, Kind>([
  [Map.prototype, 'map'],
  [Set.prototype, 'set'],
  [Date.prototype, 'date'],
  [RegExp.prototype, 'regexp'],
  [Number.prototype, 'boxed'],
  [String.prototype, 'boxed'],
  [Boolean.prototype, 'boxed'],
  [BigInt.prototype, 'boxed'],
  [Error.prototype, 'error'],
  [DOMException.prototype, 'error'],
  [ArrayBuffer.prototype, 'array-buffer'],
  [SharedArrayBuffer.prototype, 'shared'],
  [TypedArray, 'view'],
  [DataView.prototype, 'view'],
])

let kinds = new WeakMap<object, Kind>()

/** The kind of a value that is no array and whose prototype is neither null nor `Object.prototype`. */
export function kindOf(value: object, prototype: object): Kind {
  const known = kinds.get(prototype)
  if (known !== undefined) return hasBrand(value, known) ? known : classify(value)
  const kind = customFor(value) === undefined ? classify(value) : 'custom'
  if (speaksForAll(value, prototype, kind)) kinds.set(prototype, kind)
  return kind
}

/** Wire types were registered: what was found before may be otherwise now. */
export function forgetKinds(): void {
  kinds = new WeakMap()
}

/** Whether other objects of this prototype are of the same kind: not so for a Proxy or Object.create(Map.prototype). */
function speaksForAll(value: object, prototype: object, kind: Kind): boolean {
  if (types.isProxy(value)) return false
  if (kind !== 'record') return true
  for (let p: object | null = prototype; p !== null; p = Object.getPrototypeOf(p) as object | null) {
    if (BRANDED.has(p)) return false
  }
  return true
}

/** A prototype promises a kind; an object made by Object.create does not keep it. */
function hasBrand(value: object, kind: Kind): boolean {
  switch (kind) {
    case 'map':
      return types.isMap(value)
    case 'set':
      return types.isSet(value)
    case 'date':
      return types.isDate(value)
    case 'regexp':
      return types.isRegExp(value)
    case 'boxed':
      return types.isBoxedPrimitive(value)
    case 'error':
      return isError(value)
    case 'array-buffer':
      return types.isArrayBuffer(value)
    case 'shared':
      return types.isSharedArrayBuffer(value)
    case 'view':
    case 'buffer':
      return ArrayBuffer.isView(value)
    default:
      return !types.isProxy(value)
  }
}

export function isError(value: unknown): value is Error {
  // oxlint-disable-next-line typescript/no-deprecated -- Node.js 22 has no Error.isError.
  return types.isNativeError(value) || value instanceof DOMException
}

/** The kind of any object that is no array, by all its marks. */
export function classify(value: object): Kind {
  if (types.isProxy(value)) return 'unsendable'
  if (types.isMap(value)) return 'map'
  if (types.isSet(value)) return 'set'
  if (types.isDate(value)) return 'date'
  if (types.isRegExp(value)) return 'regexp'
  if (isError(value)) return 'error'
  if (types.isBoxedPrimitive(value)) return types.isSymbolObject(value) ? 'unsendable' : 'boxed'
  if (types.isArrayBuffer(value)) return 'array-buffer'
  if (types.isSharedArrayBuffer(value)) return 'shared'
  if (ArrayBuffer.isView(value)) return Buffer.isBuffer(value) ? 'buffer' : 'view'
  if (isHopeless(value)) return 'unsendable'
  const prototype = Object.getPrototypeOf(value) as object | null
  return prototype === null || prototype === Object.prototype || BRANDED.has(prototype) ? 'record' : byTrial(value)
}

function isHopeless(value: object): boolean {
  return (
    types.isPromise(value) ||
    types.isWeakMap(value) ||
    types.isWeakSet(value) ||
    value instanceof WeakRef ||
    types.isGeneratorObject(value) ||
    types.isMapIterator(value) ||
    types.isSetIterator(value) ||
    types.isModuleNamespaceObject(value) ||
    types.isExternal(value) ||
    types.isArgumentsObject(value)
  )
}

/**
 * Objects of the platform (Blob, KeyObject, MessagePort, …) do not say that they are; only structured clone knows. The
 * first object of each class is given to it, and what comes of it holds for the class.
 */
function byTrial(value: object): Kind {
  const outcome = tryClone(value)
  if (outcome === 'plain' || outcome === 'throws') return 'record'
  if (outcome === 'clone') return 'clone'
  // Was it the object itself, or something in it?
  for (const key of Object.keys(value)) {
    const inner: unknown = Object.getOwnPropertyDescriptor(value, key)?.value
    if (tryClone(inner) === outcome) return 'record'
  }
  return outcome === 'transfer' ? 'transfer' : 'unsendable'
}

/** Where structured clone makes plain objects: another realm, under a test runner that loads modules into a context. */
const clonedPrototype = Object.getPrototypeOf(structuredClone({})) as object

function tryClone(value: unknown): 'plain' | 'clone' | 'transfer' | 'unsupported' | 'refused' | 'throws' {
  try {
    const copy: unknown = structuredClone(value)
    if (typeof copy !== 'object' || copy === null || Array.isArray(copy)) return 'plain'
    return Object.getPrototypeOf(copy) === clonedPrototype ? 'plain' : 'clone'
  } catch (error) {
    if (!(error instanceof DOMException)) return 'throws'
    if (error.message.includes('needs transfer')) return 'transfer'
    return error.message.includes('unsupported type') ? 'unsupported' : 'refused'
  }
}
