import { InvalidOptionError } from '../../errors/index.ts'

/**
 * When failures end a run, as GNU parallel's `--halt`:
 *
 * - `'never'`: they do not. Failed items are recorded, and the others go on.
 * - `'now'`: the first failure ends the run at once; what is in hand is dropped and done by the next run.
 * - a number: after so many failed items nothing more is handed out, and what is in hand finishes.
 * - a percentage such as `'10%'`: the same, once so large a part of the items that ended have failed, and at least
 *   three.
 */
export type Halt = 'never' | 'now' | number | `${number}%`

/** Before so many items failed, no percentage says anything. */
const LEAST_FAILED = 3

/** What to do, given how many items are done and failed. */
export function haltPolicy(halt: Halt): (done: number, failed: number) => 'go on' | 'soon' | 'now' {
  if (halt === 'never') return () => 'go on'
  if (halt === 'now') return (_, failed) => (failed > 0 ? 'now' : 'go on')
  if (typeof halt === 'number' && Number.isInteger(halt) && halt > 0)
    return (_, failed) => (failed >= halt ? 'soon' : 'go on')
  const percent = /^(\d+(?:\.\d+)?)%$/.exec(String(halt))?.[1]
  if (percent === undefined || !(Number(percent) > 0 && Number(percent) <= 100)) {
    throw new InvalidOptionError(
      'halt',
      "'never', 'now', a number of failures such as 3, or a percentage such as '10%'",
      halt,
    )
  }
  const part = Number(percent) / 100
  return (done, failed) => (failed >= LEAST_FAILED && failed >= part * (done + failed) ? 'soon' : 'go on')
}
