import { plainValue } from './plain-value.ts'

/** An outcome as it is written out: a key, then a value or an error, then what else was asked for. */
export type Line = Readonly<Record<string, unknown>>

/** What the cells of one column hold: `json` where it is a nested thing, or not always the same kind. */
export type Kind = 'boolean' | 'integer' | 'number' | 'text' | 'json'

/** A column of a table. */
export interface Column {
  readonly name: string
  readonly kind: Kind
}

/** More columns than this are no table: values are then written whole, as JSON in one column. */
const MOST_COLUMNS = 256

/**
 * The columns of lines that make a table: the fields of a value that is an object stand beside its key. What is a map
 * of counts, or differs in every line, stays whole.
 */
export class Columns {
  readonly #whole = new Map<string, Kind | undefined>()
  readonly #spread = new Map<string, Kind | undefined>()

  add(line: Line): void {
    note(this.#whole, Object.entries(line))
    if (this.#spread.size <= MOST_COLUMNS) note(this.#spread, spread(line))
  }

  get #kinds(): ReadonlyMap<string, Kind | undefined> {
    return this.#spread.size <= MOST_COLUMNS ? this.#spread : this.#whole
  }

  /** In the order in which they were first met. One without any value is text. */
  list(): Column[] {
    return Array.from(this.#kinds, ([name, kind]) => ({ name, kind: kind ?? 'text' }))
  }

  /**
   * The values of one line, in the order of {@link list}, as plain data.
   *
   * @returns undefined for a line that does not fit, because it is none of those that were added: a run that goes on
   * has added it meanwhile.
   */
  cells(line: Line): unknown[] | undefined {
    const kinds = this.#kinds
    const fields = new Map(kinds === this.#spread ? spread(line) : Object.entries(line))
    for (const [name, value] of fields) if (!fits(plainValue(value), kinds.get(name), kinds.has(name))) return undefined
    return Array.from(kinds.keys(), (name) => plainValue(fields.get(name)))
  }
}

function* spread(line: Line): Generator<[name: string, value: unknown]> {
  for (const [name, value] of Object.entries(line)) {
    if (!isPlainObject(value)) yield [name, value]
    else for (const [field, each] of Object.entries(value)) yield [fieldName(name, field, line), each]
  }
}

/** A value's own fields go by their own names, where the line has no such field itself. */
function fieldName(name: string, field: string, line: Line): string {
  return name === 'value' && !(field in line) ? field : `${name}.${field}`
}

function note(kinds: Map<string, Kind | undefined>, fields: Iterable<[name: string, value: unknown]>): void {
  for (const [name, value] of fields) {
    const [known, kind] = [kinds.get(name), kindOf(plainValue(value))]
    kinds.set(name, known === undefined || kind === undefined ? (known ?? kind) : common(known, kind))
  }
}

function kindOf(value: unknown): Kind | undefined {
  switch (typeof value) {
    case 'boolean':
      return 'boolean'
    case 'number':
      return Number.isSafeInteger(value) ? 'integer' : 'number'
    case 'string':
      return 'text'
    default:
      return value == null ? undefined : 'json'
  }
}

function fits(value: unknown, kind: Kind | undefined, isKnown: boolean): boolean {
  const own = kindOf(value)
  return isKnown && (own === undefined || (kind !== undefined && common(kind, own) === kind))
}

function common(a: Kind, b: Kind): Kind {
  if (a === b) return a
  const both = new Set([a, b])
  return both.has('integer') && both.has('number') ? 'number' : 'json'
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
