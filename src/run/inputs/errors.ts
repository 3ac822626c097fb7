import { ManyhandsError, nameError, show } from '../../errors/index.ts'

/** The inputs of a run cannot be read. */
export class InputError extends ManyhandsError {}
nameError(InputError, 'InputError')

/** No file matches what was asked for. */
export class NoInputError extends InputError {
  constructor(patterns: readonly string[], folder: string, ext: readonly string[]) {
    const of = ext.length > 0 ? ` with the extension ${ext.join(' or ')}` : ''
    super(
      'ERR_NO_INPUT',
      `No file${of} matches ${patterns.map((pattern) => `'${pattern}'`).join(', ')} in ${folder}. Quote patterns so that the shell leaves them alone, and use ** for all folders below`,
    )
  }
}
nameError(NoInputError, 'NoInputError')

/** A path that was named does not exist. */
export class InputNotFoundError extends InputError {
  readonly path: string

  constructor(path: string) {
    super('ERR_INPUT_NOT_FOUND', `There is no file or folder ${path}`)
    this.path = path
  }
}
nameError(InputNotFoundError, 'InputNotFoundError')

/** A folder or file cannot be read; `cause` is the system's error. */
export class InputUnreadableError extends InputError {
  readonly path: string

  constructor(path: string, cause: unknown) {
    const detail = cause instanceof Error ? cause.message : String(cause)
    super(
      'ERR_INPUT_UNREADABLE',
      `${path} cannot be read (${detail}). Make it readable, or leave it out of the inputs`,
      { cause },
    )
    this.path = path
  }
}
nameError(InputUnreadableError, 'InputUnreadableError')

/** Two inputs have the same key. */
export class DuplicateKeyError extends InputError {
  readonly key: string
  /** Positions of the two inputs, from 1. */
  readonly first: number
  readonly second: number

  constructor(key: string, first: number, second: number) {
    super(
      'ERR_DUPLICATE_KEY',
      `Inputs ${first} and ${second} have the same key ${show(key)}, so one would take the other's place. Give each its own with the option \`key\` of inputs()`,
    )
    this.key = key
    this.first = first
    this.second = second
  }
}
nameError(DuplicateKeyError, 'DuplicateKeyError')

/** An input has no key that a store can hold. */
export class InvalidKeyError extends InputError {
  /** Position of the input, from 1. */
  readonly position: number

  constructor(position: number, reason: string) {
    super(
      'ERR_INVALID_KEY',
      `Input ${position} has no usable key: ${reason}. Give it one with the option \`key\` of inputs()`,
    )
    this.position = position
  }
}
nameError(InvalidKeyError, 'InvalidKeyError')
