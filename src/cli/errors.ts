import { CommanderError } from 'commander'
import { ManyhandsError, nameError } from '../errors/index.ts'

/** Exit codes of the command. */
export const ExitCode = {
  /** All items are done. */
  ok: 0,
  /** Some items failed, or results could no longer be saved. */
  failed: 1,
  /** The command was used in a way that cannot work; nothing was done. */
  usage: 2,
  /** A bug of manyhands itself: EX_SOFTWARE of sysexits.h. */
  bug: 70,
  /** Stopped by Ctrl-C, or by SIGTERM: 128 and the signal's number, as shells have it. */
  SIGINT: 130,
  SIGTERM: 143,
} as const

/** The command was used in a way that cannot work. */
export class UsageError extends ManyhandsError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_USAGE', message, options)
  }
}
nameError(UsageError, 'UsageError')

/** Errors that end a run that went well so far: what was saved is whole, and the same command goes on. */
const INTERRUPTING = new Set(['ERR_STORE_FULL', 'ERR_STORE_VANISHED'])

/** The exit code that tells of an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage
  if (error instanceof ManyhandsError) return INTERRUPTING.has(error.code) ? ExitCode.failed : ExitCode.usage
  return ExitCode.bug
}

/** An error as its reader needs it: one message; the stack only of what is a bug of ours, or where it was asked for. */
export function describeError(error: unknown, debug: boolean): string {
  if (error instanceof CommanderError) return error.message.replace(/^error: /, '').replace(/\n\((.*)\)$/s, '; $1').replace('; Did', '; did')
  if (error instanceof ManyhandsError && !debug) return error.message
  const text = error instanceof Error ? error.stack ?? error.message : String(error)
  return error instanceof ManyhandsError ? text : `this is a bug of manyhands, please report it:\n${text}`
}
