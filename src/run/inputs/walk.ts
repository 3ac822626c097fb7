import { type Dirent, lstatSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { compareKeys } from '../store/order.ts'
import { InputUnreadableError } from './errors.ts'
import { type Pattern, type Stand, enter, matchesFile, onlyNames, startOf } from './glob.ts'
import { statOf } from './stat.ts'

/** How a walk treats what it meets. */
export interface WalkOptions {
  /** Whether `*` and `**` match names that begin with a dot. */
  readonly dot: boolean
  /** Whether `**` goes into folders behind symbolic links. */
  readonly followLinks: boolean
  /** Whether a file of that name is wanted. */
  readonly accepts: (name: string) => boolean
}

/**
 * The files that some patterns match, each once, in the order of their full paths. It reads a folder when it gets
 * there, so it holds one folder's names for each level, however many files there are.
 *
 * @throws {@link InputUnreadableError} for a folder that cannot be read.
 */
export function walk(patterns: readonly Pattern[], root: string, options: WalkOptions): Generator<string> {
  return inFolder(root, startOf(patterns), options, [])
}

function* inFolder(folder: string, stand: Stand, options: WalkOptions, above: readonly string[]): Generator<string> {
  for (const { name, kind, isLink } of entries(folder, stand, options)) {
    const full = folder.endsWith(path.sep) ? folder + name : folder + path.sep + name
    if (kind === 'file') {
      if (matchesFile(stand, name, options.dot) && options.accepts(name)) yield full
      continue
    }
    const inside = enter(stand, name, options.dot, isLink, options.followLinks)
    if (inside.length === 0) continue
    // A link may lead to a folder above it, and round for ever.
    const identity = options.followLinks ? identityOf(full) : ''
    if (identity !== '' && above.includes(identity)) continue
    yield* inFolder(full, inside, options, identity === '' ? above : [...above, identity])
  }
}

interface Entry {
  readonly name: string
  readonly kind: 'file' | 'folder'
  readonly isLink: boolean
}

/**
 * What is in a folder, in an order that makes the order of full paths: a folder `a` stands where `a/` belongs, which
 * is after a file `a-b`.
 */
function entries(folder: string, stand: Stand, options: WalkOptions): Entry[] {
  const names = onlyNames(stand)
  const found =
    names === undefined
      ? read(folder).flatMap((entry) => entryOf(folder, entry.name, entry, stand, options))
      : names.flatMap((name) => entryOf(folder, name, undefined, stand, options))
  return found.sort((a, b) => compareKeys(sortName(a), sortName(b)))
}

function sortName({ name, kind }: Entry): string {
  return kind === 'folder' ? `${name}/` : name
}

function entryOf(
  folder: string,
  name: string,
  entry: Dirent | undefined,
  stand: Stand,
  options: WalkOptions,
): Entry | [] {
  if (entry?.isFile()) return matchesFile(stand, name, options.dot) ? { name, kind: 'file', isLink: false } : []
  if (entry?.isDirectory()) return { name, kind: 'folder', isLink: false }
  // A link, or a file system that does not tell: the thing itself is asked.
  const known =
    entry !== undefined &&
    !entry.isSymbolicLink() &&
    (entry.isFIFO() || entry.isSocket() || entry.isBlockDevice() || entry.isCharacterDevice())
  if (known) return []
  const full = path.join(folder, name)
  const isLink = entry?.isSymbolicLink() ?? lstatSync(full, { throwIfNoEntry: false })?.isSymbolicLink() === true
  const stats = statOf(full)
  if (stats?.isDirectory()) return { name, kind: 'folder', isLink }
  // A link that leads nowhere is an input like another: its task fails, and says so.
  return stats?.isFile() || (stats === undefined && isLink) ? { name, kind: 'file', isLink } : []
}

function read(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
  } catch (error) {
    // Removed since its name was read.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new InputUnreadableError(folder, error)
  }
}

function identityOf(folder: string): string {
  const stats = statSync(folder, { bigint: true, throwIfNoEntry: false })
  return stats === undefined ? '' : `${stats.dev}:${stats.ino}`
}
