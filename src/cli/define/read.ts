import type { Command } from 'commander'
import * as argument from '../arguments.ts'
import type { Cli } from '../cli.ts'
import { FORMATS, type FormatName } from '../formats/names.ts'
import { explain } from '../help.ts'

const STORE = 'the file that holds the results of a run'

/** What `manyhands results` was told. */
export interface ResultsFlags {
  readonly format?: FormatName
  readonly output?: string
  readonly failed?: true
  readonly key?: string
  readonly details?: true
}

/** What `manyhands failures` was told. */
export interface FailuresFlags {
  readonly key?: string
  readonly attempts?: true
  readonly stack?: true
  readonly json?: true
}

/** What `manyhands report` was told. */
export interface ReportFlags {
  readonly top?: number
  readonly json?: true
}

/** Defines `manyhands status`. */
export function defineStatus(command: Command): void {
  explain(command, 'Says how far a run is. It may still be running.', [
    ['How far is it?', 'manyhands status words.db'],
    ['For a program', 'manyhands status words.db --json | jq .left'],
  ])
    .argument('<STORE>', STORE)
    .option('--json', 'as one object')
    .action(async (store: string, flags: { readonly json?: true }) => {
      const { showStatus } = await import('../commands/status.ts')
      await showStatus(store, flags)
    })
}

/** Defines `manyhands results`. */
export function defineResults(command: Command): void {
  explain(command, 'Writes the results of a run. They are there as soon as they are saved, also while it runs.', [
    ['As JSON lines, for jq', "manyhands results words.db | jq 'select(.value > 1000) | .key'"],
    ['For a spreadsheet: the fields of results are its columns', 'manyhands results words.db -o words.csv'],
    ['For pandas and DuckDB', 'manyhands results words.db -o words.parquet'],
    ['Of some items only', "manyhands results words.db --key '2026-*/**'"],
  ])
    .argument('<STORE>', STORE)
    .option(
      '-f, --format <FORMAT>',
      `${FORMATS.join(', ')} (default: by the name of -o, or jsonl)`,
      argument.oneOf(FORMATS),
    )
    .option('-o, --output <FILE>', 'write to a file; a file that is there is whole (default: stdout)')
    .option('--key <GLOB>', 'only items whose key matches, as in patterns of files')
    .option('--failed', 'the items that failed, with their errors')
    .option('--details', 'also attempts, start, duration in ms, and worker')
    .action(async (store: string, flags: ResultsFlags) => {
      const { writeResults } = await import('../commands/results.ts')
      await writeResults(store, flags)
    })
}

/** Defines `manyhands failures`. */
export function defineFailures(command: Command): void {
  explain(command, 'Lists the items that failed, and why.', [
    ['What failed?', 'manyhands failures words.db'],
    ['Try it again', "manyhands run ./tasks.ts#wordCount 'texts/**/*.txt' -o words.db --retry-failed"],
    ['The paths, for another program', "manyhands failures words.db --json | jq -r '.[].key'"],
  ])
    .argument('<STORE>', STORE)
    .option('--key <GLOB>', 'only items whose key matches, as in patterns of files')
    .option('--attempts', 'every attempt that failed, also of items that are done by now')
    .option('--stack', 'with stack traces')
    .option('--json', 'as a list of objects')
    .action(async (store: string, flags: FailuresFlags) => {
      const { listFailures } = await import('../commands/failures.ts')
      await listFailures(store, flags)
    })
}

/** Defines `manyhands report`. */
export function defineReport(command: Command, cli: Cli): void {
  explain(command, "Shows what all results come to: a recipe's own report, or how long items took and what failed.", [
    ['The report of access logs', 'manyhands report logs.db --top 20'],
    ['For a program', 'manyhands report logs.db --json | jq .statuses'],
  ])
    .argument('<STORE>', STORE)
    .option('--top <N>', 'how many entries of each list (default: 10, all in JSON)', argument.number(1))
    .option('--json', 'as one object')
    .action(async (store: string, flags: ReportFlags) => {
      const { showReport } = await import('../commands/report.ts')
      await showReport(store, flags, cli)
    })
}

/** Defines `manyhands recipes`. */
export function defineRecipes(command: Command): void {
  explain(command, 'Lists the recipes: tasks that ship with manyhands, ready to run.', [
    ['Which are there?', 'manyhands recipes'],
    ['Use one', 'manyhands run access-log /var/log/nginx'],
  ])
    .option('--json', 'as a list of objects')
    .action(async (flags: { readonly json?: true }) => {
      const { listRecipes } = await import('../commands/recipes.ts')
      await listRecipes(flags)
    })
}
