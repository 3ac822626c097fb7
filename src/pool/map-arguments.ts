import { InvalidOptionError } from '../errors/index.ts'
import type { Duration } from '../options/index.ts'
import type { Inputs } from './input-source.ts'
import { isIterable } from './inputs.ts'

/** Options of an executor's `map`. */
export interface ExecutorMapOptions {
  /** How long it may take from the call of `map` until the last result was taken. @default no limit */
  readonly timeout?: Duration | undefined
  /** Calls that travel together. @default as many as make about a millisecond of work, learned while running */
  readonly chunkSize?: number | undefined
  /** How many inputs may be taken ahead of the results that were taken. @default no limit */
  readonly bufferSize?: number | undefined
}

/** One iterable of inputs for each parameter, then the options. */
export type MapArguments<A extends readonly unknown[]> = [
  ...{ [K in keyof A]: Inputs<A[K]> },
  options?: ExecutorMapOptions | undefined,
]

/** Tells iterables and options apart: only what cannot be iterated can be options. */
export function splitMapArguments(given: readonly unknown[]): {
  readonly iterables: readonly Inputs<unknown>[]
  readonly options: ExecutorMapOptions
} {
  const last = given.at(-1)
  const hasOptions = given.length > 1 && (last === undefined || isOptions(last))
  const iterables = hasOptions ? given.slice(0, -1) : given
  if (iterables.length === 0 || !iterables.every(isIterable)) {
    const wrong = iterables.find((inputs) => !isIterable(inputs))
    throw new InvalidOptionError('inputs', 'iterables or async iterables, one for each parameter', wrong)
  }
  return { iterables, options: hasOptions && isOptions(last) ? last : {} }
}

function isOptions(value: unknown): value is ExecutorMapOptions {
  return typeof value === 'object' && value !== null && !isIterable(value)
}
