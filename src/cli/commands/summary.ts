import type { Failure, RunReport } from '../../run/index.ts'
import { errorLine } from '../progress/listen.ts'
import { failureLine, reasonOf } from '../progress/sentences.ts'
import { shellLine } from '../shell.ts'
import type { ChosenTask } from '../task-name.ts'
import type { Style } from '../terminal/style.ts'
import { showCount, showDuration, showMany, showRate } from '../terminal/units.ts'

/** Failures and dead workers that the summary names. */
const MOST = 5

/**
 * What can be said of a run below its {@link headline}, and what can be done now.
 *
 * @param shown - how many failures they have seen already.
 */
export function detailLines(
  report: RunReport,
  { recipe }: ChosenTask,
  store: string,
  shown: number,
  style: Style,
): string[] {
  const { failed, failedBefore, stoppedBy, left } = report
  const hint = (label: string, text: string): string => `  ${style.dim(label.padEnd(9))} ${text}`
  const reading = (name: string): string => hint(name, `${COMMAND} ${name} ${shellLine([store])}`)
  const hasFailures = failed + failedBefore > 0
  return [
    ...(failed + failedBefore > shown ? failureLines(report, style) : []),
    ...deaths(report, style),
    ...(recipe === undefined ? [] : [reading('report')]),
    reading('results'),
    ...(hasFailures ? [reading('failures')] : []),
    ...(hasFailures && stoppedBy === undefined ? [hint('try again', sameCommand(['--retry-failed']))] : []),
    ...(left !== 0 && stoppedBy !== undefined ? [hint('go on', sameCommand())] : []),
  ]
}

/** How a run went, in a sentence. */
export function headline(report: RunReport, style: Style): string {
  const { done, failed, failedBefore, skipped, retried, left, stoppedBy } = report
  const facts =
    [
      ...(done + failed > 0 ? [workText(report)] : []),
      ...(skipped > 0 ? [`${showCount(skipped)} done before`] : []),
      ...(failed > 0 ? [style.red(`${showCount(failed)} failed`)] : []),
      ...(failedBefore > 0 ? [style.red(`${showCount(failedBefore)} failed before`)] : []),
      ...(retried > 0 ? [`${showCount(retried)} retried`] : []),
      ...(left === undefined || left === 0 ? [] : [`${showCount(left)} left`]),
    ].join(', ') || 'there were no items'
  if (stoppedBy === undefined) {
    return `${failed + failedBefore > 0 ? style.red('✗') : style.green('✔')} Finished: ${facts}`
  }
  const why = stoppedBy === 'SIGINT' ? 'by the user (Ctrl-C)' : `(${reasonOf(stoppedBy)})`
  return `${style.yellow('■')} Ended early ${why}, all that is finished is saved: ${facts}`
}

function workText({ done, failed, total, duration }: RunReport): string {
  const isPart = total !== undefined && total !== done
  const items = isPart ? `${showCount(done)} of ${showMany(total, 'item')}` : showMany(done, 'item')
  return `${items} done in ${showDuration(duration)} (${showRate(((done + failed) * 1000) / duration)})`
}

function failureLines({ failures, failed, failedBefore }: RunReport, style: Style): string[] {
  const misses = first(failures, MOST).map((failure) => ({ ...failure, error: errorLine(failure.error) }))
  const lines = misses.map((miss) => `  ${failureLine(miss, style)}`)
  const more = failed + failedBefore - lines.length
  return more > 0 ? [...lines, style.dim(`  and ${showCount(more)} more`)] : lines
}

/** Workers that ended otherwise than they should. */
function deaths({ workers }: RunReport, style: Style): string[] {
  const dead = workers.flatMap(({ error }) => (error === undefined ? [] : [error.message]))
  const lines = dead.slice(0, MOST).map((message) => style.dim(`  ${message}`))
  return dead.length > MOST ? [...lines, style.dim(`  and ${showMany(dead.length - MOST, 'worker')} more`)] : lines
}

/** The same for programs. */
export function jsonSummary(report: RunReport, { name: task }: ChosenTask): object {
  const { results: _results, failures, reduced: _reduced, workers, ...facts } = report
  return {
    task,
    ...facts,
    rate: ((report.done + report.failed) * 1000) / report.duration,
    failures: first(failures, 2 * MOST).map(({ key, error: { name, message }, attempts, worker }) => {
      return { key, error: { name, message }, attempts, worker }
    }),
    workers: workers.map(({ current: _current, state: _state, error, ...worker }) => {
      return { ...worker, ...(error !== undefined && { error: error.message }) }
    }),
  }
}

function first(failures: Iterable<Failure>, most: number): Failure[] {
  return Iterator.from(failures).take(most).toArray()
}

/** How this command is called here: where npm started it, it is not on the PATH. */
export const COMMAND = process.env['npm_command'] === undefined ? 'manyhands' : 'npx manyhands'

/** The command line that was given, to be given again. */
function sameCommand(more: readonly string[] = []): string {
  const once = new Set(['--restart', '--yes', ...more])
  return `${COMMAND} ${shellLine([...process.argv.slice(2).filter((word) => !once.has(word)), ...more])}`
}
