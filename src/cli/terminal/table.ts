import type { Style } from './style.ts'
import { cut, cutStart, oneLine, padEnd, padStart, width } from './width.ts'

/** A column of a table. */
export interface Column {
  readonly title: string
  /** @default 'left' */
  readonly align?: 'left' | 'right'
  /** Whether it may be cut when the terminal is too narrow, and at which end. @default never cut */
  readonly cut?: 'end' | 'start'
}

const GAP = 2
const LEAST = 8

/** A table as lines, cut to a width where columns allow it. Nothing in a cell can break its line. */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  style: Style,
  limit = Infinity,
): string[] {
  const cells = rows.map((row) => row.map(oneLine))
  const widths = columns.map(({ title }, index) => {
    return cells.reduce((most, row) => Math.max(most, width(row[index] ?? '')), width(title))
  })
  shrink(columns, widths, limit)
  const line = (row: readonly string[]): string =>
    columns
      .map((column, index) => {
        const room = widths[index] ?? 0
        const text = column.cut === 'start' ? cutStart(row[index] ?? '', room) : cut(row[index] ?? '', room)
        if (column.align === 'right') return padStart(text, room)
        return index === columns.length - 1 ? text : padEnd(text, room)
      })
      .join(' '.repeat(GAP))
  return [style.dim(line(columns.map(({ title }) => title))), ...cells.map(line)]
}

/** Takes what is too much from the widest columns that may be cut, until the table fits. */
function shrink(columns: readonly Column[], widths: number[], limit: number): void {
  const widthAt = (index: number): number => widths[index] ?? 0
  const elastic = columns.flatMap((column, index) => (column.cut === undefined ? [] : [index]))
  let over = widths.reduce((sum, each) => sum + each + GAP, -GAP) - limit
  while (over > 0) {
    const widest = elastic.reduce((best, index) => (widthAt(index) > widthAt(best) ? index : best), elastic[0] ?? -1)
    if (widthAt(widest) <= LEAST) return
    widths[widest] = widthAt(widest) - 1
    over--
  }
}
