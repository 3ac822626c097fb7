import { describeError } from './errors.ts'
import { Screen } from './terminal/screen.ts'

/** What all commands share: how they speak to who called them. */
export class Cli {
  /** Everything said on stderr. */
  readonly screen = new Screen(process.stderr)
  /** Whether errors show their stacks. */
  readonly debug: boolean
  /** Whether all that is said on stderr is JSON, one object a line. */
  speaksJson = false

  constructor(debug: boolean) {
    this.debug = debug
  }

  /** Something that is no error, but worth knowing. */
  warn(message: string): void {
    const { style } = this.screen
    this.#say('warning', { message }, `${style.yellow('warning:')} ${message}`)
  }

  /** Why nothing more can be done. */
  fail(error: unknown): void {
    const message = describeError(error, this.debug)
    const code = error instanceof Error && 'code' in error ? { code: error.code } : {}
    this.#say('error', { message, ...code }, `${this.screen.style.red('manyhands:')} ${message}`)
  }

  #say(type: string, fields: object, text: string): void {
    this.screen.print(this.speaksJson ? JSON.stringify({ type, ...fields }) : text)
  }
}
