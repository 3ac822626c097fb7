import type { Failure, RunReport } from '../../run/index.ts'
import { errorLine } from '../progress/listen.ts'
import { failureLine, reasonOf } from '../progress/sentences.ts'
import { shellLine } from '../shell.ts'
import type { ChosenTask } from '../task-name.ts'
import type { Style } from '../terminal/style.ts'
import { showCount, showDuration, showMany, showRate } from '../terminal/units.ts'

/** Failures that the summary names. */
const MOST_FAILURES = 5

/** How a run went and what can be done now, for people. */
export function summaryLines(report: RunReport, { recipe }: ChosenTask, store: string, shown: number, style: Style): string[] {
  const { failed, failedBefore, stoppedBy } = report
  const allFailed = failed + failedBefore
  const lines = [headline(report, style)]
  if (allFailed > shown) lines.push(...failureLines(report, style))
  for (const { name, error } of report.workers.filter(({ error }) => error !== undefined).slice(0, MOST_FAILURES)) {
    lines.push(hint(name, error?.message ?? '', style))
  }
  const file = shellLine([store])
  if (recipe !== undefined) lines.push(hint('report', `${COMMAND} report ${file}`, style))
  lines.push(hint('results', `${COMMAND} results ${file}`, style))
  if (allFailed > 0) {
    lines.push(hint('failures', `${COMMAND} failures ${file}`, style))
    if (stoppedBy === undefined) lines.push(hint('try again', sameCommand(['--retry-failed']), style))
  }
  if (report.left !== 0 && stoppedBy !== undefined) lines.push(hint('go on', sameCommand(), style))
  return lines
}

function headline({ done, failed, failedBefore, skipped, retried, left, total, duration, stoppedBy }: RunReport, style: Style): string {
  const finished = done + failed
  const facts = [
    `${total === undefined || total === done ? showMany(done, 'item') : `${showCount(done)} of ${showMany(total, 'item')}`} done in ${showDuration(duration)}`
      + `${finished > 0 ? ` (${showRate(finished * 1000 / duration)})` : ''}`,
    ...skipped > 0 ? [`${showCount(skipped)} before`] : [],
    ...failed > 0 ? [style.red(`${showCount(failed)} failed`)] : [],
    ...failedBefore > 0 ? [style.red(`${showCount(failedBefore)} failed before`)] : [],
    ...retried > 0 ? [`${showCount(retried)} retried`] : [],
    ...left === undefined || left === 0 ? [] : [`${showCount(left)} left`],
  ].join(', ')
  if (stoppedBy === 'SIGINT') return `${style.yellow('■')} Ended early by the user (Ctrl-C), all that is finished is saved: ${facts}`
  if (stoppedBy !== undefined) return `${style.yellow('■')} Ended early (${reasonOf(stoppedBy)}), all that is finished is saved: ${facts}`
  return `${failed + failedBefore > 0 ? style.red('✗') : style.green('✔')} Finished: ${facts}`
}

function failureLines({ failures, failed, failedBefore }: RunReport, style: Style): string[] {
  const lines = firstFailures(failures, MOST_FAILURES).map((failure) => `  ${failureLine({ ...failure, error: errorLine(failure.error) }, style)}`)
  const more = failed + failedBefore - lines.length
  return more > 0 ? [...lines, style.dim(`  and ${showCount(more)} more`)] : lines
}

function firstFailures(failures: Iterable<Failure>, most: number): Failure[] {
  return Iterator.from(failures).take(most).toArray()
}

/** The same for programs. */
export function jsonSummary(report: RunReport, { name }: ChosenTask): object {
  const { results: _results, failures, reduced: _reduced, workers, ...facts } = report
  return {
    task: name,
    ...facts,
    rate: (report.done + report.failed) * 1000 / report.duration,
    failures: firstFailures(failures, 10).map(({ key, error, attempts, worker }) => ({ key, error: { name: error.name, message: error.message }, attempts, worker })),
    workers: workers.map(({ name, kind, pid, done, failed, exitCode, signal, error }) => {
      return { name, kind, pid, done, failed, exitCode, signal, ...error !== undefined && { error: error.message } }
    }),
  }
}

function hint(label: string, text: string, style: Style): string {
  return `  ${style.dim(label.padEnd(10))} ${text}`
}

/** How this command is called here: by npm it is not on the PATH. */
export const COMMAND = process.env['npm_command'] === undefined ? 'manyhands' : 'npx manyhands'

/** The command line that was given, to be given again. */
function sameCommand(more: readonly string[] = []): string {
  const once = new Set(['--restart', '--yes', ...more])
  return `${COMMAND} ${shellLine([...process.argv.slice(2).filter((word) => !once.has(word)), ...more])}`
}
