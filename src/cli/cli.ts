import { describeError } from './errors.ts'
import { Screen } from './terminal/screen.ts'

/** What all commands share: how they speak to who called them. */
export class Cli {
  /** Everything said on stderr. */
  readonly screen = new Screen(process.stderr)
  /** Whether errors show their stacks. */
  readonly debug: boolean
  /** Whether all that is said on stderr is JSON, one object a line. */
  readonly speaksJson: boolean

  constructor(debug: boolean, speaksJson: boolean) {
    this.debug = debug
    this.speaksJson = speaksJson
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
    if (this.speaksJson) this.screen.print(JSON.stringify({ type, ...fields }))
    else if (text.includes('\n')) this.screen.print(text)
    else this.screen.say(text)
  }
}
