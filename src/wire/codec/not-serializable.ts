import { ManyhandsError, nameError } from '../../errors/index.ts'

/**
 * A value that cannot travel to another worker: a function, a symbol, a promise, a Proxy, a handle of this process, …
 *
 * `path` leads to it from the value that was sent, as one would write it in code: `inputs[3].callback`.
 *
 * @example
 * ```ts
 * import { NotSerializableError } from 'manyhands'
 *
 * const error = new NotSerializableError('inputs[3].callback', 'is a function', 'Pass the name of a task instead.')
 * console.log(error.message) // inputs[3].callback is a function, which cannot be sent to a worker. Pass the name …
 * ```
 */
export class NotSerializableError extends ManyhandsError {
  /** Where the value is, `''` for the value itself. */
  readonly path: string
  readonly #what: string
  readonly #advice: string
  readonly #to: string

  constructor(path: string, what: string, advice: string, to = 'worker') {
    const subject = path === '' ? 'The value' : path
    super('ERR_NOT_SERIALIZABLE', `${subject} ${what}, which cannot be sent to a ${to}. ${advice}`)
    this.path = path
    this.#what = what
    this.#advice = advice
    this.#to = to
  }

  /** The same fault with its path as the caller knows it: that of the message replaced by that of the value. */
  within(value: string, message: RegExp): NotSerializableError {
    return new NotSerializableError(this.path.replace(message, value), this.#what, this.#advice, this.#to)
  }
}
nameError(NotSerializableError, 'NotSerializableError')

/** Bytes that no encoder wrote: cut short, damaged, or of another version. */
export class CorruptFrameError extends ManyhandsError {
  constructor(what: string) {
    const advice = 'Both sides must run the same version of manyhands.'
    super('ERR_CORRUPT_FRAME', `A message between workers is damaged: ${what}. ${advice}`)
  }
}
nameError(CorruptFrameError, 'CorruptFrameError')

/** Thrown while encoding, where the path is not known; {@link NotSerializableError} is made of it. */
export class Unsendable extends Error {
  readonly value: unknown
  readonly what: string
  readonly advice: string
  readonly to: string

  constructor(value: unknown, what: string, advice: string, to = 'worker') {
    super(what)
    this.value = value
    this.what = what
    this.advice = advice
    this.to = to
  }
}
