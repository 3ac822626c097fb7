import { ManyhandsError, nameError } from '../../errors/index.ts'

/**
 * The worker that an object depended on is gone: the holder of a lock ended without releasing it, or the worker
 * that made the object (its home) ended, and the object with it.
 */
export class OwnerDiedError extends ManyhandsError {
  constructor(message: string) {
    super('ERR_OWNER_DIED', message)
  }
}
nameError(OwnerDiedError, 'OwnerDiedError')

/** A blocking call where it would never end, or where it would stop everybody else. */
export class BlockingCallError extends ManyhandsError {
  constructor(message: string) {
    super('ERR_BLOCKING_CALL', message)
  }
}
nameError(BlockingCallError, 'BlockingCallError')
