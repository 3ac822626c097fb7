import { createRequire } from 'node:module'
import { CommanderError } from 'commander'
import { Cli } from './cli.ts'
import { ExitCode, UsageError, exitCodeOf } from './errors.ts'
import { ClosedPipe, toleratePipes } from './formats/sink.ts'
import { program } from './program.ts'

// What `bin/manyhands.mjs` starts.
const argv = process.argv.slice(2)
// Known before the command line is understood, because errors of that are told in the same way.
const cli = new Cli(argv.includes('--debug'), /--progress[= ]json/.test(argv.join(' ')))
const { version } = createRequire(import.meta.url)('manyhands/package.json') as { readonly version: string }

toleratePipes()
process.removeAllListeners('warning').on('warning', ({ name, message }) => {
  // SQLite is experimental in some versions of Node, and nobody who runs this can do anything about it.
  if (name !== 'ExperimentalWarning') cli.warn(`${name}: ${message}`)
})
process.on('uncaughtException', (error) => {
  cli.screen.restore()
  cli.fail(error)
  process.exit(ExitCode.bug)
})

try {
  const command = program(version, cli)
  if (argv.length > 0) {
    await command.parseAsync(argv, { from: 'user' })
  } else {
    process.exitCode = ExitCode.usage
    cli.screen.print(command.helpInformation({ error: true }).trimEnd())
  }
} catch (error) {
  // The reader of our output has enough: that is a good end.
  if (!(error instanceof ClosedPipe)) {
    process.exitCode = exitCodeOf(error)
    if (process.exitCode !== ExitCode.ok) cli.fail(await better(error))
  }
}

/** Somebody who names a task right away forgot `run`. */
async function better(error: unknown): Promise<unknown> {
  if (!(error instanceof CommanderError) || error.code !== 'commander.unknownCommand') return error
  const name = argv.find((word) => !word.startsWith('-')) ?? ''
  const { looksLikeTask } = await import('./task-name.ts')
  if (looksLikeTask(name)) return new UsageError(`unknown command '${name}'; did you mean manyhands run ${name} …?`)
  return error
}
