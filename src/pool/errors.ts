import { ManyhandsError, nameError, show } from '../errors/index.ts'

export { InvalidStateError, TimeoutError } from '../errors/index.ts'

/** A call ran longer than its `timeout`. Its worker was ended and replaced. */
export class TaskTimeoutError extends ManyhandsError {
  readonly task: string
  /** First argument of the call. */
  readonly input: unknown
  /** Name of the worker that ran it. */
  readonly worker: string
  /** The limit, in milliseconds. */
  readonly timeout: number

  constructor(task: string, input: unknown, worker: string, timeout: number) {
    super(
      'ERR_TASK_TIMEOUT',
      `${task}(${show(input)}) ran longer than its timeout of ${timeout} ms in worker ${worker}, which was ended`,
    )
    this.task = task
    this.input = input
    this.worker = worker
    this.timeout = timeout
  }
}
nameError(TaskTimeoutError, 'TaskTimeoutError')

/** Work was given to a pool that was closed or terminated. */
export class PoolClosedError extends ManyhandsError {
  constructor(name: string) {
    super('ERR_POOL_CLOSED', `${name} is closed and takes no more calls; make a new one`)
  }
}
nameError(PoolClosedError, 'PoolClosedError')

/** The pool was terminated before this call had its result. */
export class PoolTerminatedError extends ManyhandsError {
  constructor(name: string) {
    super(
      'ERR_POOL_TERMINATED',
      `${name} was terminated before this call was done; close() it instead to finish what was submitted`,
    )
  }
}
nameError(PoolTerminatedError, 'PoolTerminatedError')

/** A future was cancelled before it had a result; `cause` is the reason, where one was given. */
export class CancelledError extends ManyhandsError {
  constructor(what: string, options?: ErrorOptions) {
    super('ERR_CANCELLED', `${what} was cancelled before it had a result`, options)
  }
}
nameError(CancelledError, 'CancelledError')

/** An executor can run nothing any more; `cause` says why. Make a new one. */
export class BrokenExecutorError extends ManyhandsError {
  constructor(name: string, cause: unknown) {
    const text = cause instanceof Error ? cause.message : String(cause)
    super('ERR_BROKEN_EXECUTOR', `${name} is broken and takes no more calls, because: ${text}`, { cause })
  }
}
nameError(BrokenExecutorError, 'BrokenExecutorError')

/** A {@link BrokenExecutorError} of a `ThreadPoolExecutor`. */
export class BrokenThreadPoolError extends BrokenExecutorError {}
nameError(BrokenThreadPoolError, 'BrokenThreadPoolError')

/** A {@link BrokenExecutorError} of a `ProcessPoolExecutor`. */
export class BrokenProcessPoolError extends BrokenExecutorError {}
nameError(BrokenProcessPoolError, 'BrokenProcessPoolError')
