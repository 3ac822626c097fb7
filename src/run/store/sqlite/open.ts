import { existsSync, rmSync, statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { StoreForeignError } from '../errors.ts'
import { APPLICATION_ID, describeFile, refuseNewer } from '../format.ts'
import { damageMark, isDamage, isNoDatabase, readError, sqliteCode, storeError } from './errors.ts'
import { sqliteModule } from './module.ts'
import { PAGE_SIZE, SCHEMA, WRITER_PRAGMAS } from './schema.ts'

/** Files up to this many bytes are checked whole when a run opens them; larger ones where they are read. */
const CHECK_UP_TO = 32 * 1024 ** 2

/** How a store's file was found. */
export type Found = { readonly database: DatabaseSync } | 'damaged'

/**
 * Opens a store for writing, and makes it if there is none.
 *
 * @throws StoreForeignError, StoreVersionError, StoreAccessError. A damaged file is no error: the caller saves what
 * can be saved.
 */
export function openForWriting(path: string): Found {
  // A run that found damage where it could not deal with it leaves this mark for the next one.
  if (existsSync(damageMark(path))) return 'damaged'
  let database: DatabaseSync | undefined
  try {
    database = connect(path)
    if (isEmpty(database, path)) {
      database.exec(`PRAGMA page_size = ${PAGE_SIZE}; ${WRITER_PRAGMAS}`)
      database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT`)
      return { database }
    }
    identify(database, path)
    database.exec(WRITER_PRAGMAS)
    if (isWhole(database, path)) return { database }
    database.close()
    return 'damaged'
  } catch (error) {
    if (database?.isOpen) database.close()
    // What calls itself ours cannot be told from a page that is gone; only a whole header says "damaged".
    if (isDamage(error)) return 'damaged'
    throw storeError(path, error)
  }
}

/** Opens a store for reading, also while a run writes it. Undefined where there is nothing in it. */
export function openForReading(path: string): DatabaseSync | undefined {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return undefined
  let database: DatabaseSync | undefined
  try {
    // Not read-only: after a kill it may be for the reader to undo half a commit.
    database = connect(path)
    database.exec('PRAGMA busy_timeout = 10000; PRAGMA query_only = 1')
    if (isBlank(database, path)) {
      database.close()
      return undefined
    }
    identify(database, path)
    return database
  } catch (error) {
    if (database?.isOpen) database.close()
    throw readError(path, error)
  }
}

/** Removes a store's files, for a start anew. */
export function removeFiles(path: string): void {
  for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true })
}

function connect(path: string): DatabaseSync {
  return new (sqliteModule().DatabaseSync)(path, { enableForeignKeyConstraints: false })
}

/** Whether there is nothing in it: also where the program was killed while it made the store, once SQLite undid that. */
function isBlank(database: DatabaseSync, path: string): boolean {
  try {
    return database.prepare('PRAGMA page_count').get()?.['page_count'] === 0 && statSync(path).size === 0
  } catch (error) {
    if (isNoDatabase(error)) return false
    throw error
  }
}

/**
 * Whether there is nothing in it. Asked first, because the answer may come from undoing: a program that is killed while
 * it makes a store leaves some pages and a journal that says that there were none.
 */
function isEmpty(database: DatabaseSync, path: string): boolean {
  try {
    const pages = Number(database.prepare('PRAGMA page_count').get()?.['page_count'])
    return pages === 0 && (statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0
  } catch (error) {
    if (isNoDatabase(error)) throw new StoreForeignError(path, describeFile(path))
    throw error
  }
}

/** Refuses what is not ours. Asks SQLite only: closing another descriptor of the file would drop SQLite's locks. */
function identify(database: DatabaseSync, path: string): void {
  try {
    const application = database.prepare('PRAGMA application_id').get()?.['application_id']
    if (application !== APPLICATION_ID) throw new StoreForeignError(path, 'the SQLite database of another program')
    refuseNewer(path, Number(database.prepare('PRAGMA user_version').get()?.['user_version']))
  } catch (error) {
    if (isNoDatabase(error)) throw new StoreForeignError(path, describeFile(path))
    throw error
  }
}

/** What SQLite's own check does not see: a row whose text was hit, or that does not belong to its key. */
const STRAY = `
  SELECT 1 FROM items i LEFT JOIN keys k ON k.key = i.key
  WHERE k.seq IS NOT i.seq OR k.status <> i.status OR NOT json_valid(coalesce(i.value, i.error, 'null'))
  LIMIT 1
`

function isWhole(database: DatabaseSync, path: string): boolean {
  try {
    // Reads the roots of all tables, so that a cut file is noticed at any size.
    database.exec(
      'SELECT 1 FROM items, keys, attempts, runs, meta LIMIT 0; SELECT max(seq) FROM items; SELECT max(key) FROM keys',
    )
    if (statSync(path).size > CHECK_UP_TO) return true
    return (
      database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'] === 'ok' &&
      database.prepare(STRAY).get() === undefined
    )
  } catch (error) {
    // 1: a table is missing.
    if (isDamage(error) || sqliteCode(error) === 1) return false
    throw error
  }
}
