import { checkKey, defaultKey } from './key.ts'
import type { Item, Source } from './source.ts'

/** Options of {@link inputs}. */
export interface InputsOptions<V> {
  /** The key of a value. @default a string itself, a number's digits, of anything else its JSON with sorted fields */
  readonly key?: ((value: V) => string) | undefined
  /** What changes when the value's content does; a done item whose fingerprint changed is done again. @default none */
  readonly fingerprint?: ((value: V) => string | undefined) | undefined
}

/**
 * Any values as inputs of a run: an array, a generator, rows of a database as they come.
 *
 * @throws {@link DuplicateKeyError} from the run, when two values have the same key.
 * @throws {@link InvalidKeyError} from the run, when a value has no key and the option `key` gives none.
 *
 * @example
 * ```ts
 * import { inputs, run } from 'manyhands/run'
 *
 * const people = [{ id: 7, name: 'Ada' }, { id: 8, name: 'Alan' }]
 * const source = inputs(people, { key: (person) => String(person.id) })
 * const report = await run((person: { name: string }) => person.name.length, source, { kind: 'thread' })
 * console.log(report.done) // 2
 * ```
 */
export function inputs<V>(values: Iterable<V> | AsyncIterable<V>, options: InputsOptions<V> = {}): Source<V> {
  return {
    open: () => ({
      root: undefined,
      isUnique: false,
      total: sizeOf(values),
      items: Symbol.asyncIterator in values ? asyncItems(values, options) : syncItems(values, options),
    }),
  }
}

function* syncItems<V>(values: Iterable<V>, options: InputsOptions<V>): Generator<Item<V>> {
  let position = 0
  for (const value of values) yield itemOf(value, ++position, options)
}

async function* asyncItems<V>(values: AsyncIterable<V>, options: InputsOptions<V>): AsyncGenerator<Item<V>> {
  let position = 0
  for await (const value of values) yield itemOf(value, ++position, options)
}

function itemOf<V>(value: V, position: number, { key, fingerprint }: InputsOptions<V>): Item<V> {
  return {
    key: checkKey(key ? key(value) : defaultKey(value, position), position),
    value,
    fingerprint: fingerprint?.(value),
  }
}

function sizeOf(values: object): number | undefined {
  if (Array.isArray(values)) return values.length
  return values instanceof Set || values instanceof Map ? values.size : undefined
}
