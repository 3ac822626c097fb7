import type { RunEvent } from '../../run/index.ts'
import type { Style } from '../terminal/style.ts'
import { showCount, showDuration, showEta, showMany, showRate } from '../terminal/units.ts'
import { oneLine } from '../terminal/width.ts'
import { percent } from './bar.ts'
import type { Miss, Opening } from './display.ts'
import type { View } from './view.ts'

/** `wordCount → words.db: 7 of 21 done before, 14 to do, on 4 processes` */
export function openingSentence(opening: Opening, style: Style): string {
  const { task, store, total, before, isExact, failedBefore, workers, kind } = opening
  const hands = `on ${showMany(workers, kind, kind === 'process' ? 'processes' : `${kind}s`)}`
  const name = `${style.bold(task)}${store === null ? '' : ` → ${style.bold(store)}`}`
  const all = total === null ? 'items as they come' : showMany(total, 'item')
  if (before + failedBefore === 0) return `${name}: ${all}, ${hands}`
  if (total === null || !isExact) return `${name}: ${all}, ${showMany(before, 'result')} saved already, ${hands}`
  const known = [
    ...(before > 0 ? [`${showCount(before)} of ${showCount(total)} done before`] : []),
    ...(failedBefore > 0 ? [`${showCount(failedBefore)} failed before`] : []),
  ].join(', ')
  const left = total - before - failedBefore
  return left === 0 ? `${name}: ${known}; nothing to do` : `${name}: ${known}; ${showCount(left)} to do, ${hands}`
}

/** `10/21 (47%), 3.2/s, ETA 4s, 1 failed` */
export function progressSentence(view: View): string {
  const finished = view.before + view.done + view.failed
  return [
    countText(finished, view.total),
    showRate(view.rate),
    view.eta === undefined || view.stopping ? `${showDuration(view.elapsed)} so far` : `ETA ${showEta(view.eta)}`,
    ...(view.failed > 0 ? [`${showCount(view.failed)} failed`] : []),
    ...(view.retried > 0 ? [`${showCount(view.retried)} retried`] : []),
    ...(view.stopping === undefined ? [] : [view.stopping]),
  ].join(', ')
}

function countText(finished: number, total: number | null): string {
  const count = showCount(finished)
  return total === null ? `${count} finished` : `${count}/${showCount(total)} (${percent(finished, total)}%)`
}

/** `✗ scans/7.png  TypeError: no text (3 attempts, P001)` */
export function failureLine({ key, error, attempts, worker }: Miss, style: Style): string {
  const where = [...(attempts > 1 ? [`${attempts} attempts`] : []), ...(worker === '' ? [] : [worker])].join(', ')
  const text = `${style.red('✗')} ${oneLine(key)}  ${style.red(oneLine(error))}`
  return where === '' ? text : `${text} ${style.dim(`(${where})`)}`
}

const REASONS = {
  SIGINT: 'Ctrl-C',
  SIGTERM: 'SIGTERM',
  SIGHUP: 'the terminal is gone',
  abort: 'it was told to',
  halt: 'too many items failed, --halt',
  limit: '--limit',
} as const

/** Why a run stops, in a few words. */
export function reasonOf(reason: keyof typeof REASONS): string {
  return REASONS[reason]
}

/** What the first and the second request to stop mean. */
export function stoppingSentence(
  { how, reason }: Extract<RunEvent, { type: 'stopping' }>,
  grace: number | string = 10_000,
): string {
  const why = reasonOf(reason)
  if (how === 'now') return `Stopping at once (${why}); what is finished is saved, the next run does the rest`
  const again = reason === 'SIGINT' ? '; Ctrl-C again stops at once' : ''
  const wait = typeof grace === 'number' ? showEta(grace) : grace
  return `Stopping (${why}): items in hand may finish within ${wait}, then all is saved${again}`
}
