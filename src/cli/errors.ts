import { CommanderError } from 'commander'
import { ManyhandsError, nameError } from '../errors/index.ts'
import { didYouMeanPath } from './near-paths.ts'

/** Exit codes of the command; that of a run which was stopped is in its report. */
export const ExitCode = {
  /** All items are done. */
  ok: 0,
  /** Some items failed, or results could no longer be saved. */
  failed: 1,
  /** The command was used in a way that cannot work. */
  usage: 2,
  /** A bug of manyhands itself: EX_SOFTWARE of sysexits.h. */
  bug: 70,
} as const

/** The command was used in a way that cannot work. */
export class UsageError extends ManyhandsError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_USAGE', message, options)
  }
}
nameError(UsageError, 'UsageError')

/** Errors that end a run that went well so far: what was saved is whole, and the same command goes on. */
const INTERRUPTING = new Set(['ERR_STORE_FULL', 'ERR_STORE_VANISHED', 'ERR_STORE_WRITER_DIED'])

/** The exit code that tells of an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage
  if (error instanceof ManyhandsError) return INTERRUPTING.has(error.code) ? ExitCode.failed : ExitCode.usage
  return ExitCode.bug
}

/** An error as its reader needs it: one message, with the stack where it was asked for, or of what is a bug of ours. */
export function describeError(error: unknown, debug: boolean): string {
  if (error instanceof CommanderError) return describeUsage(error)
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  if (!(error instanceof ManyhandsError)) return `this is a bug of manyhands, please report it:\n${stack}`
  const message = withFlags(error.message) + guess(error)
  return debug ? `${message}\n${stack}` : message
}

/** Commander's sentences, with the option by its long name and without its own punctuation. */
function describeUsage({ message }: CommanderError): string {
  return message
    .replace(/^error: /, '')
    .replace(/^option '(?:-\w, )?(--[\w-]+)[^']*' argument '([^]*)' is invalid\. /, "$1 does not take '$2': ")
    .replace(/^option '(?:-\w, )?(--[\w-]+) (<.*>)' argument missing$/, '$1 needs a value, $2')
    .replace(/^missing required argument '(.*)'$/, (_, name: string) => `${name} is missing${MISSING[name] ?? ''}`)
    .replace(/\n\(Did you mean (.*)\?\)$/, '; did you mean $1?')
}

const MISSING: Readonly<Record<string, string>> = {
  TASK: ': name a recipe, or a function of yours as ./tasks.ts#name; manyhands run --help has examples',
  INPUTS: ": name files, folders, a quoted pattern such as 'logs/**/*.gz', or - for paths from stdin",
  STORE: ': name the file that holds the results, such as words.db',
}

/** The options in messages of the library, as the command line spells them: `--memory-limit`, `--task-changed redo`. */
export function withFlags(message: string): string {
  const dashed = (option: string): string => `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  return message
    .replace(new RegExp(`\`${FLAGS}\``, 'g'), (_, option: string) => dashed(option))
    .replace(new RegExp(`\\b${FLAGS}: (?:'(\\w+)'|true)`, 'g'), (_, option: string, value: string | undefined) => {
      return value === undefined ? dashed(option) : `${dashed(option)} ${value}`
    })
}

const FLAGS = '(workers|kind|timeout|retries|backoff|memoryLimit|halt|grace|limit|restart|retryFailed|taskChanged)'

/** What a path that is not there was probably meant to be. */
function guess(error: ManyhandsError): string {
  if (error.code !== 'ERR_INPUT_NOT_FOUND' || !('path' in error) || typeof error.path !== 'string') return ''
  return didYouMeanPath(error.path)
}
