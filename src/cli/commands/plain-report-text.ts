import { labelled } from '../terminal/labelled.ts'
import type { Style } from '../terminal/style.ts'
import { table } from '../terminal/table.ts'
import { showCount, showDuration, showMany } from '../terminal/units.ts'
import type { PlainReport } from './plain-report.ts'

/** The report as lines of at most `limit` columns. */
export function plainReportText(report: PlainReport, style: Style, limit: number): string[] {
  const { task, done, failed, left, work, durations, workers, slowest, errors } = report
  const line = (label: string, text: string): string[] => labelled(label, text, style, limit)
  const counts = [
    `${showCount(done)} done`,
    ...(failed > 0 ? [style.red(`${showCount(failed)} failed`)] : []),
    ...(left === null || left === 0 ? [] : [`${showCount(left)} left`]),
  ]
  return [
    ...line('task', task ?? 'none yet'),
    ...line('items', counts.join(', ')),
    ...line('work', `${showDuration(work)} by ${showMany(Object.keys(workers).length, 'worker')}`),
    ...(durations === null ? [] : line('an item', timesText(durations))),
    ...section(
      'Slowest items',
      table(
        [
          { title: 'took', align: 'right' },
          { title: 'item', cut: 'start' },
        ],
        slowest.map(({ key, duration }) => [showDuration(duration), key]),
        style,
        limit,
      ),
      style,
    ),
    ...section(
      'Errors',
      table(
        [
          { title: 'items', align: 'right' },
          { title: 'error', cut: 'end' },
          { title: 'such as', cut: 'start' },
        ],
        errors.map(({ error, count, example }) => [showCount(count), error, example]),
        style,
        limit,
      ),
      style,
    ),
  ]
}

function timesText({ median, p95, longest }: NonNullable<PlainReport['durations']>): string {
  const rest = median === longest ? '' : `, 95% at most ${showDuration(p95)}, the slowest ${showDuration(longest)}`
  return `takes ${showDuration(median)}${rest === '' ? '' : ' (median)'}${rest}`
}

/** Nothing where the table has but its title. */
function section(title: string, lines: readonly string[], style: Style): string[] {
  return lines.length > 1 ? ['', style.bold(title), ...lines] : []
}
