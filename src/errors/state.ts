import { ManyhandsError, nameError } from './base.ts'

/** A wait ended before what it waited for; the thing itself goes on and can be waited for again. */
export class TimeoutError extends ManyhandsError {
  /** How long the wait was, in milliseconds. */
  readonly timeout: number

  constructor(what: string, timeout: number, message?: string) {
    super('ERR_TIMEOUT', message ?? `${what} was not there after ${timeout} ms; it can be asked for again`)
    this.timeout = timeout
  }
}
nameError(TimeoutError, 'TimeoutError')

/**
 * Something was asked for in a state that cannot give it, as `successful()` before the end or `join()` before
 * `close()`.
 */
export class InvalidStateError extends ManyhandsError {
  constructor(message: string) {
    super('ERR_INVALID_STATE', message)
  }
}
nameError(InvalidStateError, 'InvalidStateError')
