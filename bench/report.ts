// Results as text: for the terminal, and as docs/benchmarks.md.
import type { Figure, Verdict } from './harness/index.ts'
import { markdown } from './harness/index.ts'
import type { Result } from './results.ts'

/** One figure: its tables, what the targets say, what was missing. */
export function sectionText(result: Result): string {
  const parts = [
    ...result.tables.map(markdown),
    verdictTable(result.verdicts),
    ...result.notes ?? [],
    ...result.skipped.map((skipped) => `Not measured: ${skipped}.`),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function verdictTable(verdicts: readonly Verdict[]): string {
  if (verdicts.length === 0) return ''
  return markdown({ columns: ['target', 'asked', 'measured', ''], rows: verdicts.map(verdictRow) })
}

function verdictRow({ what, target, measured, isMet }: Verdict): string[] {
  return [what, target, measured, isMet === undefined ? '–' : isMet ? 'met' : '**not met**']
}

/** The whole page. */
export function benchmarkPage(figures: readonly Figure[], results: readonly Result[]): string {
  const known = figures.flatMap((figure) => {
    const result = results.find(({ name }) => name === figure.name)
    return result ? [{ figure, result }] : []
  })
  const verdicts = known.flatMap(({ result }) => result.verdicts)
  const count = (isMet: boolean | undefined) => verdicts.filter((verdict) => verdict.isMet === isMet).length
  return `${[
    '# Benchmarks',
    'Written by `npm run bench -- --write-docs`; do not edit. Each figure is measured with its peers in the same run, in '
    + 'turns (A B C, C B A, …), so that what else the machine does is done to all of them. Tables show medians of the '
    + 'rounds, and the smallest and largest; on a busy machine there are more rounds, and the quietest count. A ratio is the median of the ratios of the rounds. Peers live in '
    + '[bench/peers](../bench/peers/README.md), each in its own language; one that is missing is skipped and named.',
    '```sh\nnpm run bench                               # all, a quarter of an hour\n'
    + 'npm run bench -- --only pool-latency        # one; several with commas\n'
    + 'npm run bench -- --short                    # does it all work? Its figures mean nothing\n'
    + 'npm run bench -- --only NAME --write-docs   # measure one anew, here too\n```',
    `Of ${verdicts.length} targets ${count(true)} are met and ${count(false)} are not${count(undefined) > 0 ? `; ${count(undefined)} were not measured` : ''}.`,
    ...known.map(({ figure, result }) => pageSection(figure, result)),
  ].join('\n\n')}\n`
}

function pageSection(figure: Figure, result: Result): string {
  return [
    `## ${figure.title}`,
    figure.text,
    `\`npm run bench -- --only ${figure.name}\` on ${result.machine}; ${result.day}. ${result.quiet}`.trim(),
    sectionText(result),
  ].join('\n\n')
}
