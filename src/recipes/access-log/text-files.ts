import { type LogRow, type LogSummary, compare } from './summary.ts'
import { clip, clipStart, grouped, inBytes, many, pad, percent } from './text.ts'

/** How many files with problems, and malformed lines, are shown at least. */
const PROBLEMS = 20
const MALFORMED = 5

/** The table of files: first those with problems, then by the share of malformed lines, then the longest. */
export function filesSection(files: readonly LogRow[], top: number, columns: number): string[] {
  const sorted = files.toSorted(
    (a, b) =>
      Number(b.problem !== null) - Number(a.problem !== null) ||
      malformedShare(b) - malformedShare(a) ||
      b.lines - a.lines ||
      compare(a.path, b.path),
  )
  const problems = files.filter(({ problem }) => problem !== null).length
  const shown = sorted.slice(0, Math.max(top, Math.min(problems, PROBLEMS)))
  if (shown.length === 0) return []
  const cells = shown.map((file) => [grouped(file.lines), grouped(file.malformed), inBytes(file.bytes)])
  const header = ['lines', 'malformed', 'sent']
  const widths = header.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i]?.length ?? 0)))
  const row = (values: readonly string[]): string =>
    `  ${values.map((cell, i) => pad(cell, widths[i] ?? 0, 'left')).join('  ')}  `
  const left = row(header).length
  const lines = shown.flatMap((file, i) => [
    row(cells[i] ?? []) + clipStart(file.path, columns - left),
    ...(file.problem === null ? [] : [`${' '.repeat(4)}! ${clip(file.problem, columns - 6)}`]),
  ])
  const more = files.length - shown.length
  return [
    problems === 0 ? 'Files' : `Files, ${grouped(problems)} with problems first`,
    `${row(header)}file`,
    ...lines,
    ...(more > 0 ? [`${' '.repeat(left)}and ${many(more, 'file')} more`] : []),
  ]
}

/** The first malformed lines. */
export function samplesSection({ samples, totals }: LogSummary, columns: number): string[] {
  if (samples.length === 0) return []
  const share = percent(totals.malformed, totals.lines)
  return [
    `Malformed lines, the first ${Math.min(MALFORMED, samples.length)} of ${grouped(totals.malformed)} (${share})`,
    ...samples
      .slice(0, MALFORMED)
      .flatMap(({ path, line, text }) => [
        `  ${clipStart(`${path}:${line}`, columns - 2)}`,
        `    ${clip(text, columns - 4)}`,
      ]),
  ]
}

function malformedShare({ malformed, lines }: LogRow): number {
  return lines === 0 ? 0 : malformed / lines
}
