import { writeFileSync } from 'node:fs'
import { StoreAccessError, StoreDamagedError, StoreError, StoreFullError } from '../errors.ts'

const FULL = 13
const CORRUPT = 11
const NOT_A_DATABASE = 26
const BUSY = 5

/** Primary codes that mean: the file or its folder cannot be used. READONLY, PERM, CANTOPEN, AUTH. */
const ACCESS = new Set([3, 8, 14, 23])

/** SQLite's primary result code; undefined for an error of another kind. */
export function sqliteCode(error: unknown): number | undefined {
  const { errcode } = (error ?? {}) as { readonly errcode?: unknown }
  return typeof errcode === 'number' ? errcode & 0xff : undefined
}

/** Somebody else holds a lock that this needs. */
export function isBusy(error: unknown): boolean {
  return sqliteCode(error) === BUSY
}

export function isDamage(error: unknown): boolean {
  return sqliteCode(error) === CORRUPT
}

export function isNoDatabase(error: unknown): boolean {
  return sqliteCode(error) === NOT_A_DATABASE
}

/** The mark of a store that is damaged where nobody looks when it is opened; the next run mends it. */
export function damageMark(path: string): string {
  return `${path}-damaged`
}

/** Leaves the mark, if it can be. */
export function markDamaged(path: string): void {
  try {
    writeFileSync(damageMark(path), '')
  } catch {
    // Who may only read cannot say so to others.
  }
}

/** An error of SQLite in reading as one of the store. */
export function readError(path: string, error: unknown): unknown {
  if (isDamage(error)) markDamaged(path)
  if (!isBusy(error)) return storeError(path, error)
  return new StoreError(
    'ERR_STORE_LOCKED',
    path,
    `The store ${path} cannot be read now: another program keeps it locked. Try again when it lets go`,
    { cause: error },
  )
}

/** An error of SQLite as one of the store. */
export function storeError(path: string, error: unknown): unknown {
  const code = sqliteCode(error)
  const detail = error instanceof Error ? error.message : String(error)
  if (code === FULL) return new StoreFullError(path, { cause: error })
  if (code === CORRUPT || code === NOT_A_DATABASE) return new StoreDamagedError(path, detail, { cause: error })
  if (code !== undefined && ACCESS.has(code)) return new StoreAccessError(path, detail, { cause: error })
  return error
}
