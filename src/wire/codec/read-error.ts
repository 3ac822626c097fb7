import { errorNamed } from '../../errors/index.ts'
import { END, ERROR_BASES } from './format.ts'
import { CorruptFrameError } from './not-serializable.ts'
import { noteTarget } from './read-object.ts'
import { descend, readString, readValue, skip } from './read-value.ts'
import type { Reader } from './reader.ts'

type ErrorClass = new (message?: string) => Error
const classes = new Map<string, ErrorClass>()
/** Names remembered: beyond that they are forgotten all together. */
const MAX_CLASSES = 1000

/**
 * Makes errors of this class arrive as instances of it, where others arrive as instances of a class of the same name.
 * The constructor is not run: fields are set as they were.
 */
export function registerErrorClass(errorClass: { readonly name: string; readonly prototype: Error }): void {
  registered.set(errorClass.name, errorClass)
}
const registered = new Map<string, { readonly name: string; readonly prototype: Error }>()

export function readError(r: Reader, at: number): Error {
  const base = ERROR_BASES[r.u8()]
  if (base === undefined) throw new CorruptFrameError('an error is of no class')
  const name = readString(r)
  if (base === 'DOMException') return readDomException(r, at)
  const error = make(base, name)
  noteTarget(r, at, error)
  descend(r)
  defineFields(error, readFields(r), false)
  defineFields(error, readFields(r), true)
  r.depth--
  return error
}

/** Message and name can only be given to its constructor, so nothing in it can point to it. */
function readDomException(r: Reader, at: number): Error {
  const isTarget = at === r.target
  if (isTarget) r.passTarget()
  descend(r)
  const fields = readFields(r)
  const error = new DOMException(text(fields.get('message')), text(fields.get('name')))
  if (isTarget) r.register(at, error)
  fields.delete('message')
  defineFields(error, fields, false)
  defineFields(error, readFields(r), true)
  r.depth--
  return error
}

function readFields(r: Reader): Map<string, unknown> {
  const fields = new Map<string, unknown>()
  while (!skip(r, END)) fields.set(readString(r), readValue(r))
  return fields
}

function defineFields(error: Error, fields: ReadonlyMap<string, unknown>, enumerable: boolean): void {
  for (const [key, value] of fields) {
    // The name of a class is on its prototype.
    if (key === 'name' && !enumerable && error.name === value) continue
    Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true })
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** An error without message and stack. */
function make(base: string, name: string): Error {
  const Base = Reflect.get(globalThis, base) as ErrorClass
  const limit = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    const known = registered.get(name) ?? errorNamed(name) ?? (name === base ? Base : classNamed(Base, name))
    return Reflect.construct(Base, base === 'AggregateError' ? [[]] : [], known as ErrorClass) as Error
  } finally {
    Error.stackTraceLimit = limit
  }
}

/** A class of this name that extends a built-in one. */
function classNamed(Base: ErrorClass, name: string): ErrorClass {
  const key = `${Base.name}:${name}`
  const known = classes.get(key)
  if (known !== undefined) return known
  if (classes.size === MAX_CLASSES) classes.clear()
  const Named = { [name]: class extends Base {} }[name] ?? Base
  classes.set(key, Named)
  return Named
}
