import { closeSync, openSync, readSync, statSync } from 'node:fs'
import path from 'node:path'
import { StoreAccessError, StoreForeignError, StoreVersionError } from './errors.ts'

/** The formats of a store. */
export type Format = 'sqlite' | 'lines' | 'frames' | 'snapshot'

/** Version of what manyhands writes, in every format. */
export const FORMAT_VERSION = 1

/** `application_id` of our SQLite files: 'MHND'. */
export const APPLICATION_ID = 0x4d484e44

/** How our other files begin. The digits are the format's version. */
export const LINES_START = '{"manyhands":'
export const FRAMES_START = 'manyhands log '

const EXTENSIONS: Readonly<Record<string, Format>> = {
  '.jsonl': 'lines',
  '.ndjson': 'lines',
  '.log': 'frames',
  '.mhlog': 'frames',
  '.json': 'snapshot',
}

/** The format of a store by its name; SQLite unless the name says otherwise. */
export function formatOf(file: string): Format {
  return EXTENSIONS[path.extname(file).toLowerCase()] ?? 'sqlite'
}

/**
 * Looks at a file of a text or log format before it is read.
 *
 * @returns whether there is anything in it.
 * @throws {@link StoreForeignError} when it is not ours, {@link StoreVersionError} when it is newer than we know.
 */
export function inspect(file: string): boolean {
  const text = head(file)
  if (text === '') return false
  const format = formatOf(file)
  const begin = format === 'frames' ? FRAMES_START : LINES_START
  if (!text.startsWith(begin)) throw new StoreForeignError(file, describeStart(text))
  const [firstLine = ''] = text.split('\n', 1)
  if (format !== 'frames' && !firstLine.includes(`"${format}"`)) {
    throw new StoreForeignError(file, `a store of another format than ${path.extname(file)}`)
  }
  refuseNewer(file, Number.parseInt(text.slice(begin.length), 10))
  return true
}

/** Refuses what a newer manyhands wrote. */
export function refuseNewer(file: string, version: number): void {
  if (version > FORMAT_VERSION) throw new StoreVersionError(file, version, FORMAT_VERSION)
}

/** What a file seems to be, for a message. */
export function describeFile(file: string): string {
  return describeStart(head(file))
}

function head(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false })
  if (stats === undefined) return ''
  if (!stats.isFile()) throw new StoreForeignError(file, stats.isDirectory() ? 'a folder' : 'no regular file')
  let descriptor
  try {
    descriptor = openSync(file, 'r')
    const buffer = Buffer.alloc(256)
    return buffer.toString('latin1', 0, readSync(descriptor, buffer, 0, buffer.length, 0))
  } catch (error) {
    throw new StoreAccessError(file, error instanceof Error ? error.message : String(error), { cause: error })
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

const SQLITE_START = 'SQLite format 3\0'

const KNOWN_STARTS: readonly (readonly [string, string])[] = [
  ['%PDF', 'a PDF'],
  ['PK\x03\x04', 'a zip archive or an office document'],
  ['\x1f\x8b', 'a gzip file'],
  ['\x89PNG', 'a PNG image'],
  [SQLITE_START, 'an SQLite database'],
  [LINES_START, 'a store under another extension'],
  [FRAMES_START, 'a store under another extension'],
  ['\x7fELF', 'a program'],
]

function describeStart(text: string): string {
  return KNOWN_STARTS.find(([start]) => text.startsWith(start))?.[1] ?? 'a file of another kind'
}
