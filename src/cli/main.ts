import { createRequire } from 'node:module'
import { Cli } from './cli.ts'
import { ExitCode, exitCodeOf } from './errors.ts'
import { ClosedPipe, toleratePipes } from './formats/sink.ts'
import { program } from './program.ts'

// What `bin/manyhands.mjs` starts.
const argv = process.argv.slice(2)
const cli = new Cli(argv.includes('--debug'))
const { version } = createRequire(import.meta.url)('manyhands/package.json') as { readonly version: string }

toleratePipes()
process.removeAllListeners('warning').on('warning', ({ name, message }) => {
  // SQLite is experimental in some versions of Node; nobody who runs this can do anything about it.
  if (name !== 'ExperimentalWarning') cli.warn(`${name}: ${message}`)
})
process.on('uncaughtException', (error) => {
  cli.screen.restore()
  cli.fail(error)
  process.exit(ExitCode.bug)
})

try {
  const command = program(version, cli)
  if (argv.length === 0) {
    cli.screen.print(command.helpInformation({ error: true }).trimEnd())
    process.exitCode = ExitCode.usage
  } else {
    await command.parseAsync(argv, { from: 'user' })
  }
} catch (error) {
  if (!(error instanceof ClosedPipe)) {
    process.exitCode = exitCodeOf(error)
    if (process.exitCode !== ExitCode.ok) cli.fail(error)
  }
}
