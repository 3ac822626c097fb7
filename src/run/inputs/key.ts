import { InvalidKeyError } from './errors.ts'

/**
 * The default key of a value: a string itself, of anything else its JSON with the fields of objects in order, so that
 * equal values have equal keys.
 *
 * @throws {@link InvalidKeyError} for a value that JSON does not tell from others.
 */
export function defaultKey(value: unknown, position: number): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' && Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value)
  if (value instanceof URL) return value.href
  return stableJson(value, position, 0)
}

/** A key that every format of a store can hold. */
export function checkKey(key: unknown, position: number): string {
  if (typeof key !== 'string')
    throw new InvalidKeyError(position, `a key must be a string, and this is of type ${typeof key}`)
  if (key.includes('\0')) throw new InvalidKeyError(position, 'a key must not contain the character U+0000')
  if (!key.isWellFormed()) throw new InvalidKeyError(position, 'it holds half of a character (a lone surrogate)')
  return key
}

function stableJson(value: unknown, position: number, depth: number): string {
  if (depth > 100) throw new InvalidKeyError(position, 'it is nested too deep, or contains itself')
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number' && Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value)
  if (Array.isArray(value)) return `[${Array.from(value, (part) => stableJson(part, position, depth + 1)).join(',')}]`
  if (typeof value === 'object') {
    if (value instanceof Date && !Number.isNaN(value.getTime())) return JSON.stringify(value)
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype === Object.prototype || prototype === null) {
      const fields = Object.entries(value)
        .filter(([, part]) => part !== undefined)
        .sort(([a], [b]) => (a < b ? -1 : 1))
      return `{${fields.map(([name, part]) => `${JSON.stringify(name)}:${stableJson(part, position, depth + 1)}`).join(',')}}`
    }
  }
  const what = typeof value === 'object' ? Object.prototype.toString.call(value).slice(8, -1) : typeof value
  throw new InvalidKeyError(position, `it is or holds a value of type ${what}`)
}
