import { InvalidOptionError } from '../errors/index.ts'
import type { Inputs } from './input-source.ts'

/** Whether something can be iterated, now or over time. */
export function isIterable(value: unknown): value is Inputs<unknown> {
  if (typeof value === 'string') return true
  return typeof value === 'object' && value !== null && (Symbol.iterator in value || Symbol.asyncIterator in value)
}

/** @throws InvalidOptionError for what cannot be iterated. */
export function requireIterable(inputs: unknown): asserts inputs is Inputs<unknown> {
  if (!isIterable(inputs)) throw new InvalidOptionError('inputs', 'an iterable or async iterable', inputs)
}

/** The iterator of either kind. */
export function iteratorOf<T>(inputs: Inputs<T>): Iterator<T, unknown> | AsyncIterator<T, unknown> {
  return Symbol.asyncIterator in inputs ? inputs[Symbol.asyncIterator]() : inputs[Symbol.iterator]()
}

/** The first elements of all, then the second ones, until the shortest ends: Python's `zip`. */
export function zip(iterables: readonly Inputs<unknown>[]): Inputs<unknown[]> {
  return iterables.every((inputs) => Symbol.iterator in Object(inputs))
    ? zipNow(iterables as readonly Iterable<unknown>[])
    : zipOverTime(iterables)
}

function* zipNow(iterables: readonly Iterable<unknown>[]): Generator<unknown[], void> {
  const open = new Set<Iterator<unknown, unknown>>()
  try {
    for (const iterable of iterables) open.add(iterable[Symbol.iterator]())
    for (;;) {
      const row: unknown[] = []
      for (const iterator of open) {
        const { value, done } = iterator.next()
        if (done) return void open.delete(iterator)
        row.push(value)
      }
      yield row
    }
  } finally {
    for (const iterator of open) iterator.return?.()
  }
}

async function* zipOverTime(iterables: readonly Inputs<unknown>[]): AsyncGenerator<unknown[], void> {
  const open = new Set<Iterator<unknown, unknown> | AsyncIterator<unknown, unknown>>()
  try {
    for (const inputs of iterables) open.add(iteratorOf(inputs))
    for (;;) {
      const row: unknown[] = []
      for (const iterator of open) {
        const { value, done } = await iterator.next()
        if (done) return void open.delete(iterator)
        row.push(value)
      }
      yield row
    }
  } finally {
    for (const iterator of open) await iterator.return?.()
  }
}

/** @throws {@link InvalidOptionError} for what is no list of arguments. */
export function requireList(args: unknown): void {
  if (!Array.isArray(args)) throw new InvalidOptionError('args', 'an array of arguments, such as [input]', args)
}
