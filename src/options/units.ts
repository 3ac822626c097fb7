import { InvalidOptionError } from '../errors/index.ts'

/** A length of time: milliseconds, or a number with a unit such as `'250ms'`, `'1.5s'`, `'5m'`, `'2h'`. */
export type Duration = number | string

/** An amount of memory or data: bytes, or a number with a unit such as `'64KB'`, `'512MB'`, `'1.5GiB'` (all powers of 1024). */
export type Size = number | string

const MILLISECONDS = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['min', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])
const BYTES = new Map([
  ['', 1],
  ['b', 1],
  ['k', 1024],
  ['m', 1024 ** 2],
  ['g', 1024 ** 3],
  ['t', 1024 ** 4],
])

/**
 * Milliseconds from a {@link Duration}.
 *
 * @throws {@link InvalidOptionError} when it is negative, not a number, or has an unknown unit.
 */
export function duration(option: string, value: Duration): number {
  const expected = "milliseconds or a duration like '250ms', '1.5s', '5m'"
  if (typeof value === 'number') {
    if (value >= 0) return value
    throw new InvalidOptionError(option, expected, value)
  }
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(String(value).trim())
  const unit = MILLISECONDS.get(match?.[2]?.toLowerCase() ?? '')
  if (!match || unit === undefined) throw new InvalidOptionError(option, expected, value)
  return Number(match[1]) * unit
}

/**
 * Bytes from a {@link Size}.
 *
 * @throws {@link InvalidOptionError} when it is not positive, not a number, or has an unknown unit.
 */
export function size(option: string, value: Size): number {
  const expected = "a positive number of bytes or a size like '64KB', '512MB', '2GB'"
  if (typeof value === 'number') {
    if (value > 0 && Number.isFinite(value)) return Math.floor(value)
    throw new InvalidOptionError(option, expected, value)
  }
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(String(value).trim())
  const unit = BYTES.get(match?.[2]?.toLowerCase() ?? '?')
  if (!match || unit === undefined || Number(match[1]) <= 0) throw new InvalidOptionError(option, expected, value)
  return Math.floor(Number(match[1]) * unit)
}

/**
 * A whole number of at least `min`.
 *
 * @throws {@link InvalidOptionError} for anything else.
 */
export function count(option: string, value: unknown, min = 1): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min) return value
  throw new InvalidOptionError(option, `a whole number of at least ${min}`, value)
}
