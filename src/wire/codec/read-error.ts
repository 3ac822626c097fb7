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
export function registerErrorClass(errorClass: { readonly name: string, readonly prototype: Error }): void {
  registered.set(errorClass.name, errorClass)
}
const registered = new Map<string, { readonly name: string, readonly prototype: Error }>()

export function readError(r: Reader, at: number): Error {
  const base = ERROR_BASES[r.u8()]
  if (base === undefined) throw new CorruptFrameError('an error is of no class')
  const name = readString(r)
  const error = base === 'DOMException' ? null : make(base, name)
  if (error !== null) noteTarget(r, at, error)
  descend(r)
  const standard = readFields(r)
  const target = error ?? new DOMException(text(standard.get('message')), text(standard.get('name')))
  if (error === null) noteTarget(r, at, target)
  for (const [key, value] of standard) {
    if (key === 'name' ? target.name !== value : !(error === null && key === 'message')) define(target, key, value, false)
  }
  for (const [key, value] of readFields(r)) define(target, key, value, true)
  r.depth--
  return target
}

function readFields(r: Reader): Map<string, unknown> {
  const fields = new Map<string, unknown>()
  while (!skip(r, END)) fields.set(readString(r), readValue(r))
  return fields
}

function define(error: Error, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true })
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
    const target = (registered.get(name) ?? errorNamed(name) ?? (name === base ? Base : classNamed(Base, name))) as ErrorClass
    const args = base === 'AggregateError' ? [[]] : []
    return Reflect.construct(Base, args, target) as Error
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
