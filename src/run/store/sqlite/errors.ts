import { StoreAccessError, StoreDamagedError, StoreFullError } from '../errors.ts'

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

/** An error of SQLite as one of the store. */
export function storeError(path: string, error: unknown): unknown {
  const code = sqliteCode(error)
  const detail = error instanceof Error ? error.message : String(error)
  if (code === FULL) return new StoreFullError(path, { cause: error })
  if (code === CORRUPT || code === NOT_A_DATABASE) return new StoreDamagedError(path, detail, { cause: error })
  if (code !== undefined && ACCESS.has(code)) return new StoreAccessError(path, detail, { cause: error })
  return error
}
