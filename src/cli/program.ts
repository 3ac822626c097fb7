import { Command } from 'commander'
import type { Cli } from './cli.ts'
import { defineFailures, defineRecipes, defineReport, defineResults, defineStatus } from './define/read.ts'
import { defineRun } from './define/run.ts'
import { defineTune } from './define/tune.ts'
import { type Example, explain, fold, helpConfiguration } from './help.ts'

const TEXT =
  'Many hands make light work: runs a function over many files on all cores, loses nothing, and goes on ' +
  'where it stopped.'

const EXAMPLES: readonly Example[] = [
  [
    'Run a function of yours over many files; every result is saved',
    "manyhands run ./tasks.ts#wordCount 'texts/**/*.txt' -o words.db",
  ],
  [
    'Ctrl-C, a crash, a power cut: the same again goes on where it stopped',
    "manyhands run ./tasks.ts#wordCount 'texts/**/*.txt' -o words.db",
  ],
  [
    'Look at it, also while it runs',
    'manyhands status words.db',
    'manyhands results words.db --format csv',
    'manyhands failures words.db',
  ],
  ['Try again what failed', "manyhands run ./tasks.ts#wordCount 'texts/**/*.txt' -o words.db --retry-failed"],
  ['No code at all: a recipe', 'manyhands run access-log /var/log/nginx -o logs.db', 'manyhands report logs.db'],
]

const AFTER = `
A task is a function that takes a path, in a file of its own (tasks.ts):

  import { readFile } from 'node:fs/promises'

  export async function wordCount(path: string) {
    return (await readFile(path, 'utf8')).split(/\\s+/).length
  }

Data goes to stdout, all else to stderr. Exit codes: 0 all done, 1 some items failed, 2 wrong usage, 130 and 143 \
stopped by Ctrl-C and SIGTERM.
`

/** The command line. Its errors are thrown, not printed. */
export function program(version: string, cli: Cli): Command {
  const root = new Command('manyhands')
  const command = (name: string, usage: string): Command => root.command(name).usage(usage)
  explain(root, TEXT, EXAMPLES)
    .configureHelp(helpConfiguration)
    .configureOutput({ writeErr: () => {} })
    .exitOverride()
  defineRun(command('run', 'TASK INPUTS… [-o STORE] [options]'), cli)
  defineStatus(command('status', 'STORE [--json]'))
  defineResults(command('results', 'STORE [options]'))
  defineFailures(command('failures', 'STORE [options]'))
  defineReport(command('report', 'STORE [--top N] [--json]'), cli)
  defineTune(command('tune', 'TASK INPUTS… [options]'), cli)
  defineRecipes(command('recipes', '[--json]'))
  for (const each of root.commands) defineCommon(each, 'this text')
  return defineCommon(root, 'this text; manyhands run --help tells all about a command')
    .version(version, '-V, --version', 'the version')
    .helpCommand('help [command]', 'the same as --help')
    .addHelpText('after', () => fold(AFTER, Math.min(80, process.stdout.columns || 80)))
}

function defineCommon(command: Command, help: string): Command {
  return command.optionsGroup('Other:').option('--debug', 'show the stacks of errors').helpOption('-h, --help', help)
}
