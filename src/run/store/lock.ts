import { existsSync, statSync, unlinkSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { StoreAccessError, StoreBusyError } from './errors.ts'
import { isBusy, isDamage, isNoDatabase, storeError } from './sqlite/errors.ts'
import { sqliteModule } from './sqlite/module.ts'

/**
 * One run per store, by a lock of the operating system on the file `NAME-lock` beside it.
 *
 * The kernel drops the lock when its owner dies, however it dies, so there is no stale lock and nothing to unlock.
 * Node has no `flock`; SQLite has, on every system: the lock file is an empty database whose `user_version` is the
 * owner's process id, on which the owner holds a write transaction that writes nothing. Others can read the id.
 *
 * The owner removes the file at its end, while it still holds the lock. So whoever got the lock looks whether the
 * path still leads to the file that was locked, and tries again if not.
 */
export class StoreLock {
  readonly #file: string
  readonly #database: DatabaseSync

  private constructor(file: string, database: DatabaseSync) {
    this.#file = file
    this.#database = database
  }

  /**
   * @param pid - the process that a second run is told of: the run's own, wherever its writer lives.
   * @throws {@link StoreBusyError} while another run has the store.
   */
  static acquire(path: string, pid: number): StoreLock {
    const file = lockFile(path)
    // A run that was killed may leave a writer process that still saves what it was given: that is waited for.
    for (let tries = 0; ; tries++) {
      const before = inode(file)
      const database = open(file, path)
      const owner = before === undefined ? 'created' : hold(database, path, pid, tries < WAITS)
      if (owner === 'held' && inode(file) === before) return new StoreLock(file, database)
      database.close()
      if (owner === 'broken') remove(file)
      if (typeof owner === 'number' && (tries >= WAITS || isAlive(owner)))
        throw new StoreBusyError(path, owner || undefined)
    }
  }

  release(): void {
    remove(this.#file)
    this.#database.close()
  }
}

/** How often a lock whose owner is dead is waited for, and how long each time, in milliseconds. */
const WAITS = 20
const WAIT = 250

/** The process whose run has this store open; undefined when none has. */
export function lockOwner(path: string): number | undefined {
  const file = lockFile(path)
  if (!existsSync(file)) return undefined
  let database: DatabaseSync | undefined
  try {
    database = new (sqliteModule().DatabaseSync)(file)
    database.exec('PRAGMA busy_timeout = 0')
    const pid = owner(database)
    try {
      database.exec('BEGIN IMMEDIATE')
      return undefined
    } catch (error) {
      // Where the lock cannot be tried, as in a folder that is only readable, the owner's process tells.
      return isBusy(error) || isAlive(pid) ? pid : undefined
    }
  } catch {
    return undefined
  } finally {
    database?.close()
  }
}

/** The lock file of a store. */
export function lockFile(path: string): string {
  return `${path}-lock`
}

function open(file: string, path: string): DatabaseSync {
  try {
    return new (sqliteModule().DatabaseSync)(file)
  } catch (error) {
    throw new StoreAccessError(path, error instanceof Error ? error.message : String(error), { cause: error })
  }
}

/** Takes the lock and writes the owner's id; else says who has it (0 where not known), or that the file is no lock. */
function hold(database: DatabaseSync, path: string, pid: number, wait: boolean): 'held' | 'broken' | number {
  try {
    // Nothing in this file is worth a sync: what counts is the lock.
    database.exec(`PRAGMA busy_timeout = ${wait ? WAIT : 0}; PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF`)
    database.exec(`BEGIN IMMEDIATE; PRAGMA user_version = ${pid}; COMMIT; BEGIN IMMEDIATE`)
    return owner(database) === pid ? 'held' : 0
  } catch (error) {
    if (isBusy(error)) return safeOwner(database)
    if (isDamage(error) || isNoDatabase(error)) return 'broken'
    database.close()
    throw storeError(path, error)
  }
}

function owner(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0)
}

function safeOwner(database: DatabaseSync): number {
  try {
    return owner(database)
  } catch {
    return 0
  }
}

function isAlive(pid: number): boolean {
  if (pid === 0) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function inode(file: string): bigint | undefined {
  return statSync(file, { bigint: true, throwIfNoEntry: false })?.ino
}

function remove(file: string): void {
  try {
    unlinkSync(file)
  } catch {
    // On Windows an open file cannot be removed. It is left behind, and does no harm.
  }
}
