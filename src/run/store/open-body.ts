import { rmSync, statSync } from 'node:fs'
import type { StoreBody, StoreReader } from './body.ts'
import { fileError } from './file-error.ts'
import { formatOf } from './format.ts'
import { LogBody } from './log/body.ts'
import { frameFraming, lineFraming } from './log/framing.ts'
import { LogReader } from './log/reader.ts'
import { SnapshotBody } from './snapshot/body.ts'
import { SnapshotReader } from './snapshot/reader.ts'
import { SqliteBody } from './sqlite/body.ts'
import { damageMark } from './sqlite/errors.ts'
import { openForReading, removeFiles } from './sqlite/open.ts'
import { SqliteReader } from './sqlite/reader.ts'

/** Opens a store to write it, in the format that its name tells. The caller holds its lock. */
export function openBody(path: string): StoreBody {
  switch (formatOf(path)) {
    case 'sqlite':
      return new SqliteBody(path)
    case 'lines':
      return guarded(path, () => new LogBody(path, lineFraming))
    case 'frames':
      return guarded(path, () => new LogBody(path, frameFraming))
    case 'snapshot':
      return guarded(path, () => new SnapshotBody(path))
  }
}

/** Opens a store to read it; undefined where there is none, or nothing in it. */
export function openReader(path: string): StoreReader | undefined {
  if (formatOf(path) === 'sqlite') {
    const database = openForReading(path)
    return database && new SqliteReader(path, database)
  }
  if (!exists(path)) return undefined
  switch (formatOf(path)) {
    case 'snapshot':
      return new SnapshotReader(path)
    case 'lines':
      return new LogReader(path, lineFraming)
    default:
      return new LogReader(path, frameFraming)
  }
}

function guarded<T>(path: string, open: () => T): T {
  try {
    return open()
  } catch (error) {
    throw fileError(path, error)
  }
}

/** Whether there is anything at the path. */
export function exists(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0
}

/** Removes a store, for a start anew. */
export function removeStore(path: string): void {
  removeFiles(path)
  rmSync(damageMark(path), { force: true })
}
