import type { AccessDetails } from './details.ts'
import { type Source, Stream, batchesOf } from './stream.ts'

/** A stage that lets some accesses through. Filters compose: each reads from the one before. */
export type AccessFilter = (source: Source<AccessDetails>) => Stream<AccessDetails>

/**
 * Makes a filter of a test.
 *
 * @example
 * ```ts
 * import { accessDetailIter, accessFilter, accessIter, countPaths, pathFilter } from 'manyhands/recipes/access-log'
 *
 * const bookFilter = accessFilter(({ url }) => /^\/+book\/+[^/]/.test(url.path))
 * const lines = ['203.0.113.9 - - [01/Jun/2012:22:17:55 -0400] "GET /book/python/html/p02.html HTTP/1.1" 200 121825']
 * console.log(await countPaths(bookFilter(pathFilter(accessDetailIter(accessIter(lines))))))
 * ```
 */
export function accessFilter(test: (details: AccessDetails) => boolean): AccessFilter {
  return (source) =>
    new Stream(async function* () {
      for await (const batch of batchesOf(source)) {
        const passed = batch.filter(test)
        if (passed.length > 0) yield passed
      }
    })
}

/** What {@link pathFilter} leaves out: files that browsers and robots fetch by themselves, and parts of pages. */
export interface PathExclusions {
  /** Names that a path may have nowhere between its slashes. */
  readonly names: ReadonlySet<string>
  /** How a path may not end. */
  readonly extensions: readonly string[]
}

/**
 * The exclusions of {@link pathFilter}, those of Lott's "Functional Python Programming", chapter 12.
 *
 * @example
 * ```ts
 * import { EXCLUDED } from 'manyhands/recipes/access-log'
 *
 * console.log(EXCLUDED.extensions) // [ '.png', '.js', '.css' ]
 * ```
 */
export const EXCLUDED: PathExclusions = {
  names: new Set([
    'favicon.ico',
    'robots.txt',
    'humans.txt',
    'crossdomain.xml',
    '_images',
    'search.html',
    'genindex.html',
    'searchindex.js',
    'modindex.html',
    'py-modindex.html',
  ]),
  extensions: ['.png', '.js', '.css'],
}

/**
 * Whether a path is that of a page: not empty, and none of the exclusions.
 *
 * @example
 * ```ts
 * import { isPage } from 'manyhands/recipes/access-log'
 *
 * console.log(['/book/a.html', '/', '/favicon.ico'].filter((path) => isPage(path))) // [ '/book/a.html' ]
 * ```
 */
export function isPage(path: string, excluded = EXCLUDED): boolean {
  if (excluded.extensions.some((extension) => path.endsWith(extension))) return false
  let names = 0
  for (const name of path.split('/')) {
    if (excluded.names.has(name)) return false
    if (name !== '') names++
  }
  return names > 0
}

/**
 * Makes a filter that lets pages through, by other exclusions than {@link pathFilter}'s.
 *
 * @example
 * ```ts
 * import { EXCLUDED, excludePaths } from 'manyhands/recipes/access-log'
 *
 * const noImages = excludePaths({ extensions: [...EXCLUDED.extensions, '.gif', '.jpg', '.webp', '.svg'] })
 * ```
 */
export function excludePaths(excluded: Partial<PathExclusions>): AccessFilter {
  const all = { ...EXCLUDED, ...excluded }
  return accessFilter(({ url }) => isPage(url.path, all))
}

/**
 * Stage 4: lets pages through, and leaves out empty paths, {@link EXCLUDED} names and extensions.
 *
 * @example
 * ```ts
 * import { accessDetailIter, accessIter, localGzip, pathFilter } from 'manyhands/recipes/access-log'
 *
 * for await (const { url, agent } of pathFilter(accessDetailIter(accessIter(localGzip('logs/*'))))) {
 *   console.log(url.path, agent?.system)
 * }
 * ```
 */
export const pathFilter: AccessFilter = excludePaths({})
