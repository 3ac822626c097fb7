import type { Style } from '../terminal/style.ts'
import { showCount, showDuration, showEta, showRate } from '../terminal/units.ts'
import { cut, cutStart, oneLine, padEnd, padStart, width } from '../terminal/width.ts'
import type { View } from './view.ts'

/** What the bar may use. */
export interface Canvas {
  readonly columns: number
  readonly rows: number
  readonly style: Style
}

/** The live region: the bar, and below it what the workers are at, slowest first. No line is wider than the canvas. */
export function drawBar(view: View, canvas: Canvas): string[] {
  return [barLine(view, canvas), ...workerLines(view, canvas)]
}

/** The bar leaves so much to the text behind it, within its own bounds. So it keeps its length while that changes. */
const FOR_FACTS = 62
const LEAST_BAR = 10
const MOST_BAR = 40

function barLine(view: View, { columns, style }: Canvas): string {
  const length = view.total === null ? 0 : Math.min(MOST_BAR, Math.max(LEAST_BAR, columns - FOR_FACTS))
  // By importance: from the end, what does not fit is left out.
  const parts = facts(view, style)
  while (parts.length > 1 && length + 1 + width(parts.join(SEPARATOR)) > columns) parts.pop()
  const text = parts.join(style.dim(SEPARATOR))
  if (view.total === null || length + 1 + width(text) > columns) return cut(text, columns)
  return `${drawLine(view, view.total, length, style)} ${text}`
}

const SEPARATOR = ' · '

function facts(view: View, style: Style): string[] {
  const finished = view.before + view.done + view.failed
  return [
    countText(finished, view.total),
    ...(view.stopping === undefined ? [] : [style.yellow(view.stopping)]),
    ...(view.failed > 0 ? [style.red(`${showCount(view.failed)} failed`)] : []),
    ...(view.eta === undefined || view.stopping !== undefined ? [] : [`ETA ${showEta(view.eta)}`]),
    ...(view.done + view.failed === 0 ? [] : [showRate(view.rate)]),
    ...(view.retried > 0 ? [style.yellow(`${showCount(view.retried)} retried`)] : []),
    showEta(Math.floor(view.elapsed / 1000) * 1000),
  ]
}

function countText(finished: number, total: number | null): string {
  if (total === null) return `${showCount(finished)} finished`
  return `${padStart(`${percent(finished, total)}%`, 4)} ${showCount(finished)}/${showCount(total)}`
}

/** Rounded down, so that 100 % means all. */
export function percent(finished: number, total: number): number {
  return total === 0 ? 100 : Math.floor((100 * finished) / total)
}

function drawLine(view: View, total: number, length: number, style: Style): string {
  const cells = (count: number): number => Math.min(length, Math.floor((length * count) / Math.max(1, total)))
  const before = cells(view.before)
  const done = cells(view.before + view.done) - before
  // What failed is never so little that it could not be seen.
  const failed = view.failed === 0 ? 0 : Math.max(1, cells(view.before + view.done + view.failed) - before - done)
  const rest = Math.max(0, length - before - done - failed)
  return [
    style.cyan(FULL.repeat(before)),
    style.green(FULL.repeat(length - before - failed - rest)),
    style.red(FULL.repeat(failed)),
    style.dim(EMPTY.repeat(rest)),
  ].join('')
}

const FULL = '━'
const EMPTY = '─'

const MOST_WORKERS = 8

function workerLines(view: View, { columns, rows, style }: Canvas): string[] {
  const busy = view.working.toSorted((a, b) => a.since - b.since)
  const limit = Math.max(1, Math.min(MOST_WORKERS, rows - 4))
  const shown = busy.length > limit ? busy.slice(0, limit - 1) : busy
  const names = Math.max(0, ...shown.map(({ worker }) => width(worker)))
  const lines = shown.map(({ worker, item, since }) => {
    const time = padStart(showDuration(Math.max(0, view.now - since)), 7)
    const start = cut(`  ${padEnd(worker, names)} ${time}  `, columns)
    return `${style.dim(start)}${cutStart(oneLine(item), columns - width(start))}`
  })
  const hidden = busy.length - shown.length
  return hidden > 0 ? [...lines, style.dim(cut(`  and ${hidden} more at work`, columns))] : lines
}
