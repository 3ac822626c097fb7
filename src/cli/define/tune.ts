import type { Command } from 'commander'
import * as argument from '../arguments.ts'
import type { Cli } from '../cli.ts'
import { type Example, explain } from '../help.ts'
import { type InputFlags, defineInputs } from './inputs.ts'

/** What `manyhands tune` was told. */
export interface TuneFlags extends InputFlags {
  readonly sample?: number
  readonly time: number
  readonly max?: number
  readonly kind?: 'thread' | 'process'
  readonly memoryLimit?: number
  readonly json?: true
  readonly quiet?: true
}

const TEXT =
  'Measures how many workers pay off, as threads and as processes. It runs the task on a sample of the ' +
  'inputs, again and again, and saves nothing.'

const EXAMPLES: readonly Example[] = [
  ['How many workers for these logs?', 'manyhands tune access-log /var/log/nginx'],
  ['With longer measurements', "manyhands tune ./tasks.ts#wordCount 'texts/**/*.txt' --time 10s"],
]

/** Defines `manyhands tune`. */
export function defineTune(command: Command, cli: Cli): void {
  explain(defineInputs(command), TEXT, EXAMPLES)
    .optionsGroup('Measuring:')
    .option('--time <TIME>', 'how long one worker should be busy with the sample (default: 3s)', argument.time, 3000)
    .option('--sample <N>', 'how many items to measure with, instead of --time', argument.number(1))
    .option('--max <N>', 'try no more workers than these (default: twice the processors)', argument.number(1))
    .option('--kind <KIND>', 'only process, or only thread (default: both)', argument.oneOf(['process', 'thread']))
    .option('--memory-limit <SIZE>', 'memory of one worker, such as 512MB', argument.memory)
    .optionsGroup('Output:')
    .option('--json', 'one object on stdout')
    .option('-q, --quiet', 'on stderr only warnings and errors')
    .action(async (task: string, inputs: readonly string[], flags: TuneFlags) => {
      const { tune } = await import('../commands/tune.ts')
      await tune(task, inputs, flags, cli)
    })
}
