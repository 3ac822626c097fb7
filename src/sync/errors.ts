import { ManyhandsError, nameError } from '../errors/index.ts'

/**
 * A lock, or one more unit of a bounded semaphore, was released by somebody who does not hold it, or needed and not
 * held.
 */
export class NotOwnedError extends ManyhandsError {
  constructor(message: string) {
    super('ERR_NOT_OWNED', message)
  }
}
nameError(NotOwnedError, 'NotOwnedError')

/**
 * A barrier that nobody can pass until `reset()`: somebody aborted it, gave up waiting, or died. Python's
 * `BrokenBarrierError`.
 */
export class BrokenBarrierError extends ManyhandsError {
  constructor(why: string, options?: ErrorOptions) {
    super('ERR_BROKEN_BARRIER', `The barrier is broken: ${why}. reset() makes it usable again`, options)
  }
}
nameError(BrokenBarrierError, 'BrokenBarrierError')
