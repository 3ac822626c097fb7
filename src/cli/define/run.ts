import type { Command } from 'commander'
import * as argument from '../arguments.ts'
import type { Cli } from '../cli.ts'
import { type Example, explain } from '../help.ts'
import { type InputFlags, defineInputs } from './inputs.ts'

/** How progress is shown. */
export const PROGRESS = ['auto', 'bar', 'plain', 'json', 'none'] as const
export type ProgressMode = (typeof PROGRESS)[number]

/** What `manyhands run` was told. */
export interface RunFlags extends InputFlags {
  readonly limit?: number
  readonly output?: string
  readonly workers?: number
  readonly kind?: 'thread' | 'process'
  readonly timeout?: number
  readonly retries?: number
  readonly backoff?: number
  readonly memoryLimit?: number
  readonly partition?: 'pull' | 'stride'
  readonly halt?: ReturnType<typeof argument.halt>
  readonly grace?: number
  readonly saveEvery?: number
  readonly saveInterval?: number
  readonly retryFailed?: true
  readonly taskChanged?: 'keep' | 'redo' | 'refuse'
  readonly restart?: true
  readonly yes?: true
  readonly dryRun?: true
  readonly progress: ProgressMode
  readonly json?: true
  readonly quiet?: true
}

const TEXT =
  'Runs a function over many files. Every result is saved as soon as it is there; the same command again ' +
  'does only what is not done yet.'

const EXAMPLES: readonly Example[] = [
  [
    'Count the words of every text on all cores; each result is saved',
    "manyhands run ./tasks.ts#wordCount 'texts/**/*.txt' -o words.db",
  ],
  [
    'Ctrl-C, a crash, a power cut: the same again goes on where it stopped',
    "manyhands run ./tasks.ts#wordCount 'texts/**/*.txt' -o words.db",
  ],
  ['Analyse access logs with a recipe', 'manyhands run access-log /var/log/nginx -o logs.db'],
  [
    'A minute and three tries for each item; later, what failed once more',
    'manyhands run ./ocr.ts scans/ --ext .png --timeout 1m --retries 2',
    'manyhands run ./ocr.ts scans/ --ext .png --retry-failed',
  ],
  ['Paths from another program', 'find /data -name "*.csv" -print0 | manyhands run ./clean.ts - -0'],
]

/** Defines `manyhands run`. */
export function defineRun(command: Command, cli: Cli): void {
  explain(defineInputs(command), TEXT, EXAMPLES).option(
    '--limit <N>',
    'no more than the first N items that are not done',
    argument.number(1),
  )
  defineResults(command)
  defineWork(command)
  command
    .optionsGroup('Output:')
    .option('-n, --dry-run', 'say what would be done, and do nothing')
    .option('--progress <HOW>', `on stderr: ${PROGRESS.join(', ')}`, argument.oneOf(PROGRESS), 'auto')
    .option('--json', 'one summary object on stdout')
    .option('-q, --quiet', 'on stderr only warnings, failures, errors, and what tasks print')
    .action(async (task: string, inputs: readonly string[], flags: RunFlags) => {
      const { runTask } = await import('../commands/run.ts')
      await runTask(task, inputs, flags, cli)
    })
}

function defineResults(command: Command): void {
  command
    .optionsGroup('Results:')
    .option('-o, --output <STORE>', "the file that holds the results (default: the task's name with .db, here)")
    .option('--retry-failed', 'also try the items again that failed before')
    .option(
      '--task-changed <WHAT>',
      "keep, redo or refuse results that the task's former code made (default: keep)",
      argument.oneOf(['keep', 'redo', 'refuse']),
    )
    .option('--restart', 'forget all results and begin anew (asks first)')
    .option('--yes', 'do not ask')
    .option('--save-every <N>', 'save when N results are there (default: 10) …', argument.number(1))
    .option('--save-interval <TIME>', '… or the first of them is so old (default: 1s)', argument.time)
}

function defineWork(command: Command): void {
  command
    .optionsGroup('Work:')
    .option('-j, --workers <N>', 'how many at once: a number, or such as 50% of the processors', argument.workers)
    .option(
      '--kind <KIND>',
      'process or thread; processes survive a native crash (default: process)',
      argument.oneOf(['process', 'thread']),
    )
    .option('--timeout <TIME>', 'how long an item may take, such as 30s or 5m (default: no limit)', argument.time)
    .option('--retries <N>', 'how often an item that failed is tried again (default: 0)', argument.number(0))
    .option('--backoff <TIME>', 'how long to wait before that, doubled each time (default: 1s)', argument.time)
    .option('--memory-limit <SIZE>', 'memory of one worker, such as 512MB', argument.memory)
    .option(
      '--partition <WAY>',
      'pull: a free worker takes the next item; stride: each gets every n-th (default: pull)',
      argument.oneOf(['pull', 'stride']),
    )
    .optionsGroup('Stopping:')
    .option('--halt <WHEN>', 'on failures: never, now, after N, or at N% of the items (default: never)', argument.halt)
    .option('--grace <TIME>', 'how long items in hand may still take after Ctrl-C (default: 10s)', argument.time)
}
