import { type Stats, existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { InvalidOptionError } from '../../errors/index.ts'
import { expandBraces } from './braces.ts'
import { InputNotFoundError, InputUnreadableError, NoInputError } from './errors.ts'
import { fileItem } from './file-item.ts'
import { GLOBSTAR, type Pattern, compileSegment } from './glob.ts'
import type { Item, OpenSource, Place, Source } from './source.ts'
import { type WalkOptions, walk } from './walk.ts'

/** Options of {@link files}. */
export interface FilesOptions {
  /**
   * The folder that keys are relative to. Keep it, and the files may move with it.
   *
   * @default the one of the store's first run; there, the current folder, or what holds all inputs if they lie elsewhere
   */
  readonly root?: string | URL | undefined
  /** Only files whose name ends so: `'.txt'`, or several. @default all */
  readonly ext?: string | readonly string[] | undefined
  /** Whether folders, `*` and `**` include names that begin with a dot. @default false */
  readonly dot?: boolean | undefined
  /** Whether folders and `**` include what lies behind symbolic links to folders. Loops are noticed. @default false */
  readonly followLinks?: boolean | undefined
  /** Whether it is all right that no file matches. @default false: the run is refused with a {@link NoInputError} */
  readonly allowEmpty?: boolean | undefined
}

/**
 * Files as inputs of a run, from glob patterns, folders (with all below them) and paths.
 *
 * The task gets the full path. The key is the path relative to the root, with `/` on every system; size and
 * modification time are the fingerprint, so a file that changed is done again. The files come in the order of their
 * paths, and folders are read when the run gets there.
 *
 * Patterns: `*`, `?`, `[a-z]`, `[!x]`, `[[:digit:]]`, `**` for any number of folders, `{a,b}` and `{1..9}`; `\` takes a
 * character as it is. A path that exists is taken as it is, whatever characters it has.
 *
 * @throws {@link NoInputError}, {@link InputNotFoundError}, {@link InputUnreadableError} from the run.
 *
 * @example
 * ```ts
 * import { readFile, writeFile, mkdtemp } from 'node:fs/promises'
 * import { tmpdir } from 'node:os'
 * import { join } from 'node:path'
 * import { files, run } from 'manyhands/run'
 *
 * const folder = await mkdtemp(join(tmpdir(), 'files-'))
 * await writeFile(join(folder, 'a.txt'), 'one two')
 * await writeFile(join(folder, 'b.md'), 'no text')
 *
 * const count = async (path: string) => {
 *   const { readFile } = await import('node:fs/promises')
 *   return (await readFile(path, 'utf8')).split(' ').length
 * }
 * const report = await run(count, files(folder, { ext: '.txt' }), { kind: 'thread' })
 * for (const { key, value } of report.results) console.log(key, value) // a.txt 2
 * ```
 */
export function files(patterns: string | URL | readonly (string | URL)[], options: FilesOptions = {}): Source<string> {
  const asked = (typeof patterns === 'string' || patterns instanceof URL ? [patterns] : [...patterns]).map(textOf)
  const ext = typeof options.ext === 'string' ? [options.ext] : [...(options.ext ?? [])]
  for (const pattern of asked)
    if (pattern === '') throw new InvalidOptionError('patterns', 'paths or glob patterns', patterns)
  const walking: WalkOptions = {
    dot: options.dot ?? false,
    followLinks: options.followLinks ?? false,
    accepts: (name) => ext.length === 0 || ext.some((ending) => name.endsWith(ending)),
  }
  return { open: (place) => open(asked, ext, walking, options, place) }
}

async function open(
  asked: readonly string[],
  ext: readonly string[],
  walking: WalkOptions,
  options: FilesOptions,
  place: Place,
): Promise<OpenSource<string>> {
  const wanted = asked.flatMap((pattern) => compile(pattern, walking.dot))
  const root = chooseRoot(
    options.root,
    wanted.map(({ base }) => base),
    place.root,
  )
  const found = (): Iterable<string> =>
    wanted.length === 0
      ? []
      : outside(
          place.exclude,
          walk(
            wanted.map(({ pattern }) => pattern),
            path.parse(root).root,
            walking,
          ),
        )
  const total = count(found())
  // Trees of ordinary size are looked through before any work begins: their total is known then, and so is whatever
  // cannot be read. In a huge one the count goes on beside the work.
  const soon = await Promise.race([total.all, total.many])
  if (soon === 0 && !(options.allowEmpty ?? false)) throw new NoInputError(asked, process.cwd(), ext)
  return { root, isUnique: true, total: soon ?? total.all.catch(() => undefined), items: items(found(), root, place) }
}

function* items(found: Iterable<string>, root: string, place: Place): Generator<Item<string>> {
  for (const file of found) yield fileItem(file, root, place.warn)
}

function* outside(exclude: ReadonlySet<string>, found: Iterable<string>): Generator<string> {
  for (const file of found) if (!exclude.has(file)) yield file
}

/** Counted at once up to this many; beyond it, so many between two turns of the event loop. */
const COUNT_AT_ONCE = 100_000
const COUNT_STEP = 5000

function count(found: Iterable<string>): { readonly all: Promise<number>; readonly many: Promise<undefined> } {
  const many = Promise.withResolvers<undefined>()
  const all = (async () => {
    let number = 0
    for (const _ of found) {
      number++
      if (number === COUNT_AT_ONCE) many.resolve(undefined)
      if (number % COUNT_STEP === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    return number
  })()
  all.catch(() => {})
  return { all, many: many.promise }
}

interface Wanted {
  readonly pattern: Pattern
  /** The folder above all that it can match. */
  readonly base: string
}

function compile(asked: string, dot: boolean): Wanted[] {
  const literal = path.resolve(asked)
  const stats = stat(literal)
  if (stats?.isDirectory()) return [{ pattern: [...parts(literal), GLOBSTAR], base: literal }]
  if (stats !== undefined) return [{ pattern: parts(literal), base: path.dirname(literal) }]
  if (!/[*?[{]/.test(asked)) throw new InputNotFoundError(asked)
  return expandBraces(path.sep === '\\' ? asked.replaceAll('\\', '/') : asked).map((each) => {
    const absolute =
      path.posix.isAbsolute(each) || path.isAbsolute(each) ? each : `${process.cwd().replaceAll(path.sep, '/')}/${each}`
    const pattern = path.posix
      .normalize(absolute)
      .split('/')
      .slice(1)
      .filter((part) => part !== '')
      .map((part) => compileSegment(part, dot))
    const fixed = pattern.findIndex((segment) => typeof segment !== 'string')
    const names = pattern.slice(0, fixed < 0 ? -1 : fixed) as string[]
    return { pattern, base: path.join(path.parse(literal).root, ...names) }
  })
}

function stat(literal: string): Stats | undefined {
  try {
    return statSync(literal, { throwIfNoEntry: false })
  } catch (error) {
    throw new InputUnreadableError(literal, error)
  }
}

function parts(absolute: string): string[] {
  return absolute
    .slice(path.parse(absolute).root.length)
    .split(path.sep)
    .filter((part) => part !== '')
}

function chooseRoot(given: string | URL | undefined, bases: readonly string[], earlier: string | undefined): string {
  if (given !== undefined) return path.resolve(textOf(given))
  if (earlier !== undefined && existsSync(earlier)) return earlier
  const cwd = process.cwd()
  if (bases.every((base) => isInside(base, cwd))) return cwd
  return bases.reduce((common, base) => {
    let folder = common
    while (!isInside(base, folder)) folder = path.dirname(folder)
    return folder
  })
}

function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file)
  return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative))
}

function textOf(pattern: string | URL): string {
  return typeof pattern === 'string' ? pattern : fileURLToPath(pattern)
}
