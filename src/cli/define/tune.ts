import type { Command } from 'commander'
import * as argument from '../arguments.ts'
import type { Cli } from '../cli.ts'
import { explain } from '../help.ts'
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

/** Defines `manyhands tune`. */
export function defineTune(command: Command, cli: Cli): void {
  explain(
    defineInputs(command),
    'Measures how many workers pay off, as threads and as processes, on a sample of the inputs. Nothing is saved.',
    [
      ['How many workers for these logs?', 'manyhands tune access-log /var/log/nginx'],
      ['With a larger sample', "manyhands tune ./tasks.ts#wordCount 'texts/**/*.txt' --sample 500 --time 10s"],
    ],
  )
    .optionsGroup('Measuring:')
    .option('--sample <N>', 'how many items to measure with (default: what one worker does in --time)', argument.number(1))
    .option('--time <TIME>', 'how long one measurement should take', argument.time, 3000)
    .option('--max <N>', 'try no more workers than these (default: twice the processors)', argument.number(1))
    .option('--kind <KIND>', 'only process, or only thread (default: both)', argument.oneOf(['process', 'thread']))
    .option('--memory-limit <SIZE>', 'memory of one worker, such as 512MB', argument.memory)
    .optionsGroup('Output:')
    .option('--json', 'one object on stdout')
    .option('-q, --quiet', 'nothing on stderr but warnings and errors')
    .action(async (task: string, inputs: readonly string[], flags: TuneFlags) => {
      const { tune } = await import('../commands/tune.ts')
      await tune(task, inputs, flags, cli)
    })
}
