import { type Table, number } from './figure.ts'
import type { Measured } from './measured.ts'

/** One column of a table of contenders. */
export interface Metric {
  readonly metric: string
  readonly title: string
  /** Whether to show the smallest and the largest round. @default false */
  readonly spread?: boolean
}

/** One row a contender: medians, and for metrics with `spread` the smallest and largest of the rounds. */
export function tableOf(measured: readonly Measured[], metrics: readonly Metric[], caption?: string): Table {
  const columns = ['', ...metrics.flatMap(({ title, spread }) => (spread === true ? [title, 'min–max'] : [title]))]
  const rows = measured.map((each) => [each.name, ...metrics.flatMap((metric) => cells(each, metric))])
  return { columns, rows, ...(caption === undefined ? {} : { caption }) }
}

function cells(measured: Measured, { metric, spread = false }: Metric): string[] {
  const failed = measured.error !== undefined
  const middle = failed ? shorten(measured.error ?? '') : number(measured.median(metric))
  if (!spread) return [failed ? '–' : middle]
  const values = measured.values(metric)
  return [middle, failed || values.length === 0 ? '–' : measured.spread(metric).map(number).join('–')]
}

function shorten(error: string): string {
  const [line = ''] = error.replace(/^.*?: /, '').split('\n')
  return line.length > 40 ? `${line.slice(0, 39)}…` : line
}

/** The table in Markdown, its columns aligned so that it can be read as it is. */
export function markdown({ columns, rows, caption }: Table): string {
  const all = [columns, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', String.raw`\|`)))
  const widths = columns.map((_, column) => Math.max(3, ...all.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`
  const rule = `|${widths.map((width, i) => (i === 0 ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`
  const [head = [], ...body] = all
  return [...(caption === undefined ? [] : [`${caption}\n`]), line(head), rule, ...body.map(line)].join('\n')
}
