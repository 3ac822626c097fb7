import { Counter, task } from '../../index.ts'
import { accessIter } from './access.ts'
import { type AccessDetails, accessDetailIter } from './details.ts'
import { type AccessFilter, pathFilter } from './filters.ts'
import { localGzip } from './local-gzip.ts'
import { type Source, batchesOf } from './stream.ts'

/**
 * How often each page was asked for in one log, or in all that a pattern matches: the four stages, then a count. A
 * task: names go out, small Counters come back.
 *
 * @param pattern - a path or a glob pattern.
 * @param filters - further filters, applied after {@link pathFilter}. (Functions cannot be sent to a worker: for
 * filters there, write a task that calls this one.)
 *
 * @example
 * ```ts
 * import { Counter, Pool } from 'manyhands'
 * import { analysis } from 'manyhands/recipes/access-log'
 *
 * await using pool = new Pool({ workers: 2 })
 * const pages = new Counter()
 * for await (const counts of pool.imapUnordered(analysis, ['logs/sunday.log.gz', 'logs/monday.log'])) pages.update(counts)
 * console.log(pages.mostCommon(1)) // [ [ '/blog/tags/puppet', 5 ] ]
 * ```
 */
export const analysis = task(
  import.meta,
  async function analysis(pattern: string, ...filters: AccessFilter[]): Promise<Counter> {
    let details = pathFilter(accessDetailIter(accessIter(localGzip(pattern))))
    for (const filter of filters) details = filter(details)
    return countPaths(details)
  },
)

/**
 * Counts the paths of accesses.
 *
 * @example
 * ```ts
 * import { accessDetailIter, accessIter, countPaths, localGzip } from 'manyhands/recipes/access-log'
 *
 * const counts = await countPaths(accessDetailIter(accessIter(localGzip('logs/*'))))
 * console.log(counts.count('/favicon.ico') > 0) // true
 * ```
 */
export async function countPaths(source: Source<AccessDetails>): Promise<Counter> {
  const counts = new Counter()
  for await (const batch of batchesOf(source)) for (const { url } of batch) counts.add(url.path)
  return counts
}
