import { Counter } from '../counter/index.ts'
import { type Store, openStore } from './store/store.ts'

/**
 * How the values of a run become one. `merge` must be associative: however the values are grouped, the outcome is the
 * same. They come in the order of their keys, so it need not be commutative, and the outcome is that of a serial run.
 */
export interface Reducer<R = unknown, A = unknown> {
  /** What no values make. A new one each time, as `merge` may change it. */
  readonly zero: () => A
  /** Takes one value in; gives the new whole, which may be `whole` itself, changed. */
  readonly merge: (whole: A, value: R, key: string) => A
}

/**
 * Merges the values of a store, one after the other: it holds the whole and one page of values. A run that is still
 * going on gives what it has.
 *
 * @param store - a store, or the path of one.
 *
 * @example
 * ```ts
 * import { rm } from 'node:fs/promises'
 * import { reduce, run } from 'manyhands/run'
 *
 * await run((n: number) => n * n, [1, 2, 3], { store: 'squares.db', kind: 'thread' })
 * const sum = reduce('squares.db', { zero: () => 0, merge: (sum, square: number) => sum + square })
 * console.log(sum) // 14
 * await rm('squares.db')
 * ```
 */
export function reduce<R, A>(store: string | Store<R>, reducer: Reducer<R, A>): A {
  if (typeof store !== 'string') return reduceValues(store.results(), reducer)
  const opened = openStore<R>(store)
  try {
    return reduceValues(opened.results(), reducer)
  } finally {
    opened.close()
  }
}

/**
 * Merges values that come in the order of their keys, as {@link reduce} does with those of a store.
 *
 * @example
 * ```ts
 * import { Counter } from 'manyhands'
 * import { counterReducer, reduceValues } from 'manyhands/run'
 *
 * const words = reduceValues([{ key: 'a.txt', value: new Counter(['one', 'two', 'one']) }], counterReducer())
 * console.log(words.count('one')) // 2
 * ```
 */
export function reduceValues<R, A>(
  results: Iterable<{ readonly key: string; readonly value: R }>,
  reducer: Reducer<R, A>,
): A {
  let whole = reducer.zero()
  for (const { key, value } of results) whole = reducer.merge(whole, value, key)
  return whole
}

/**
 * Adds up the Counters that a task returns for each item.
 *
 * @example
 * ```ts
 * import { Counter } from 'manyhands'
 * import { counterReducer, reduceValues } from 'manyhands/run'
 *
 * const results = [{ key: 'a', value: new Counter('aab') }, { key: 'b', value: new Counter('bc') }]
 * console.log(reduceValues(results, counterReducer<string>()).mostCommon(2)) // [ [ 'a', 2 ], [ 'b', 2 ] ]
 * ```
 */
export function counterReducer<K = string>(): Reducer<Counter<K>, Counter<K>> {
  return { zero: () => new Counter<K>(), merge: (whole, counter) => whole.update(counter) }
}
