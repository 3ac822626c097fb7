import { Standing, type Status } from './outcome.ts'

/**
 * How an item stands to what a store knows of it: what changed is done again, whatever became of it before.
 *
 * @param version - the version of the task's code in this run; 0 where that does not matter.
 */
export function standing(
  status: Status,
  stored: string | null,
  madeBy: number,
  fingerprint: string | null,
  version: number,
): number {
  if (fingerprint !== null && stored !== null && fingerprint !== stored) return Standing.changed
  if (status === 'failed') return Standing.failed
  return madeBy === version || version === 0 ? Standing.done : Standing.outdated
}
