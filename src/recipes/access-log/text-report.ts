import type { Counter } from '../../index.ts'
import type { ReportOptions } from '../recipe.ts'
import { type LogSummary, inOrder, isHour, pagesOf, ranked } from './summary.ts'
import { bar, clip, grouped, inBytes, many, pad, percent, wrapped } from './text.ts'
import { filesSection, samplesSection } from './text-files.ts'
import { perDay, perHour } from './text-times.ts'

/** The summary as a page for people, in at most `width` columns. */
export function textReport(summary: LogSummary, { top = 10, width = 80 }: ReportOptions = {}): string {
  const columns = Math.max(60, width)
  const { totals, methods, hosts, agents } = summary
  const pages = pagesOf(summary)
  const sections = [
    head(summary),
    counts(summary, columns),
    statuses(summary, columns),
    list('Methods', methods, totals.parsed, top, columns),
    list(pagesTitle(totals.parsed - pages.total()), pages, totals.parsed, top, columns),
    list('Hosts', hosts, totals.parsed, top, columns),
    list('User agents', agents, totals.combined, top, columns),
    perDay(summary, columns),
    perHour(summary),
    filesSection(summary.files, top, columns),
    samplesSection(summary, columns),
  ]
  const shown = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'))
  return `${shown.join('\n\n').replace(/ +$/gm, '')}\n`
}

function pagesTitle(others: number): string {
  return others === 0 ? 'Pages' : `Pages (${many(others, 'request')} for other things left out)`
}

function head({ totals, files, hours }: LogSummary): string[] {
  const packed = files.some(({ gzip }) => gzip) ? ` of text, ${inBytes(totals.size)} on disk` : ''
  const times = inOrder(hours)
    .map(([time]) => time)
    .filter(isHour)
  const [first, last] = [times[0], times.at(-1)]
  const title = `Access logs: ${many(files.length, 'file')}, ${inBytes(totals.raw)}${packed}`
  return first === undefined || last === undefined ? [title] : [title, `${hour(first)} to ${hour(last)}, as logged`]
}

function counts({ totals, bounds }: LogSummary, columns: number): string[] {
  const { combined, common, vhost } = totals
  const kinds = [
    ['combined', combined],
    ['common', common],
    ['with virtual host', vhost],
  ] as const
  const formats = kinds.flatMap(([name, n]) => (n === 0 ? [] : [`${grouped(n)} ${name}`]))
  const rows = [
    [grouped(totals.lines), 'lines', []],
    [grouped(totals.parsed), 'parsed', formats],
    [grouped(totals.malformed), 'malformed', totals.malformed > 0 ? [percent(totals.malformed, totals.lines)] : []],
    [grouped(totals.blank), 'blank', []],
    [inBytes(totals.bytes), 'sent', []],
  ] as const
  const column = Math.max(...rows.map(([value]) => value.length))
  return [
    ...rows.flatMap(([value, name, notes]) =>
      wrapped(`  ${pad(value, column, 'left')} ${pad(name, 11)}`, notes, columns),
    ),
    ...Object.entries(bounds).map(
      ([kind, { error }]) => `  ${kind}: rare ones left out, no count short by over ${grouped(error)}`,
    ),
  ]
}

function statuses({ statuses: found, totals }: LogSummary, columns: number): string[] {
  const rows = ranked(found)
  const max = rows[0]?.[1] ?? 0
  const wide = Math.max(...rows.map(([, count]) => grouped(count).length))
  // Not by an import: that makes every worker load all of the module, and fetch() with it, in 30 ms.
  const { STATUS_CODES } = process.getBuiltinModule('node:http')
  const lines = rows.map(([status, count]) => {
    const name = pad(clip(NGINX[status] ?? STATUS_CODES[status] ?? '', 22), 22)
    const share = pad(percent(count, totals.parsed), 7, 'left')
    const start = `  ${status} ${name} ${pad(grouped(count), wide, 'left')} ${share}  `
    return (start + bar(count, max, columns - start.length)).trimEnd()
  })
  return lines.length === 0 ? [] : ['Status', ...lines]
}

function list(title: string, counter: Counter, whole: number, top: number, columns: number): string[] {
  const rows = ranked(counter, top)
  if (rows.length === 0) return []
  const wide = Math.max(...rows.map(([, count]) => grouped(count).length))
  const lines = rows.map(([name, count]) => {
    const start = `  ${pad(grouped(count), wide, 'left')} ${pad(percent(count, whole), 7, 'left')}  `
    return start + clip(name === '' ? '(empty)' : name, columns - start.length)
  })
  const more = counter.size - rows.length
  return [title, ...lines, ...(more > 0 ? [`  ${' '.repeat(wide + 10)}and ${grouped(more)} more`] : [])]
}

/** Statuses that nginx made up for its log. */
const NGINX: Record<string, string> = { 444: 'Closed unanswered', 499: 'Client went away' }

/** `2015-05-20T11` as `2015-05-20 11:00`. */
function hour(time: string): string {
  return `${time.replace('T', ' ')}:00`
}
