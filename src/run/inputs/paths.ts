import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { fileItem } from './file-item.ts'
import { checkKey } from './key.ts'
import type { Item, Place, Source } from './source.ts'

/** Options of {@link paths}. */
export interface PathsOptions {
  /** The folder that keys are relative to. @default the one of the store's first run, or the current folder */
  readonly root?: string | URL | undefined
}

/**
 * A list of paths as inputs of a run, taken as they are: from another program, a database, standard input. They are
 * files just as those of {@link files}, but come in the order of the list, which may be endless.
 *
 * @example
 * ```ts
 * import { paths, run } from 'manyhands/run'
 *
 * const list = [import.meta.filename]
 * const report = await run((path: string) => path.endsWith('.ts') || path.endsWith('.js'), paths(list), { kind: 'thread' })
 * console.log(report.done) // 1
 * ```
 */
export function paths(list: Iterable<string> | AsyncIterable<string>, options: PathsOptions = {}): Source<string> {
  return {
    open(place) {
      const root = rootOf(options, place)
      return {
        root,
        isUnique: false,
        total: Array.isArray(list) ? list.length : undefined,
        items: Symbol.asyncIterator in list ? asyncItems(list, root, place) : syncItems(list, root, place),
      }
    },
  }
}

function rootOf({ root }: PathsOptions, place: Place): string {
  if (root !== undefined) return path.resolve(typeof root === 'string' ? root : fileURLToPath(root))
  return place.root !== undefined && existsSync(place.root) ? place.root : process.cwd()
}

function* syncItems(list: Iterable<string>, root: string, place: Place): Generator<Item<string>> {
  let position = 0
  for (const file of list) yield itemOf(file, ++position, root, place)
}

async function* asyncItems(list: AsyncIterable<string>, root: string, place: Place): AsyncGenerator<Item<string>> {
  let position = 0
  for await (const file of list) yield itemOf(file, ++position, root, place)
}

function itemOf(file: string, position: number, root: string, { warn }: Place): Item<string> {
  return fileItem(path.resolve(checkKey(file, position)), root, warn)
}
