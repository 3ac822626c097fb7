// Tasks of the ways to cut the work on logs, and of the measurement of memory.
import { type Counter, task } from 'manyhands'
import {
  type Access,
  type AccessDetails,
  accessDetailIter,
  accessIter,
  countPaths,
  localGzip,
  pathFilter,
  scanLog,
} from 'manyhands/recipes/access-log'

/** Lines of an opened file, which the caller reads. */
export const countLines = task(import.meta, async (lines: readonly string[]): Promise<Counter> =>
  countPaths(pathFilter(accessDetailIter(accessIter(lines)))),
)

export const countAccesses = task(import.meta, async (accesses: readonly Access[]): Promise<Counter> =>
  countPaths(pathFilter(accessDetailIter(accesses))),
)

export const countDetails = task(import.meta, async (details: readonly AccessDetails[]): Promise<Counter> =>
  countPaths(pathFilter(details)),
)

/** The first of two maps: one file to its details. */
export const parse = task(import.meta, async (path: string): Promise<AccessDetails[]> => {
  const details: AccessDetails[] = []
  for await (const batch of accessDetailIter(accessIter(localGzip(path))).batches()) details.push(...batch)
  return details
})

/** The lines of a log, and the most memory that this process ever had, in bytes. */
export const scanAndPeak = task(import.meta, async (path: string): Promise<{ lines: number; peak: number }> => {
  const { lines } = await scanLog(path)
  return { lines, peak: process.resourceUsage().maxRSS * 1024 }
})
