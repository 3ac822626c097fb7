import { ManyhandsError, nameError, show } from '../errors/index.ts'

/** How a worker ended against its owner's will. */
export type DeathReason =
  /** The task called `process.exit`, or the worker ended by itself. */
  | 'exit'
  /** A signal ended the process. */
  | 'signal'
  /** The heap limit was reached. */
  | 'out-of-memory'
  /** The process grew beyond `memoryLimit`. */
  | 'memory-limit'
  /** An error or rejection that nobody caught, such as a `throw` in a timer; it is the `cause`. */
  | 'uncaught'
  /** The worker never became ready. */
  | 'start'

/** What is known of a worker's end. */
export interface WorkerEnd {
  readonly worker: string
  readonly reason: DeathReason
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly cause?: unknown
  /** A sentence more, for people. */
  readonly detail?: string | undefined
}

/** The call that a worker had in its hands. */
export interface CallInHand {
  readonly task: string
  readonly input: unknown
}

/** A worker died with this call in its hands. The pool replaced the worker and goes on. */
export class WorkerDiedError extends ManyhandsError {
  /** Name of the worker, such as `'P000'`. */
  readonly worker: string
  readonly reason: DeathReason
  /** Its exit code; null where a signal ended it. */
  readonly exitCode: number | null
  /** The signal that ended it; null where it exited. */
  readonly signal: NodeJS.Signals | null
  /** Name of the task, where a call was running. */
  readonly task: string | undefined
  /** First argument of the call. */
  readonly input: unknown

  constructor(end: WorkerEnd, call?: CallInHand) {
    const running = call ? ` while it ran ${call.task}(${show(call.input)})` : ''
    super(
      'ERR_WORKER_DIED',
      `Worker ${end.worker} ${describeEnd(end)}${running}`,
      end.cause === undefined ? {} : { cause: end.cause },
    )
    this.worker = end.worker
    this.reason = end.reason
    this.exitCode = end.exitCode
    this.signal = end.signal
    this.task = call?.task
    this.input = call?.input
  }
}
nameError(WorkerDiedError, 'WorkerDiedError')

function describeEnd({ reason, exitCode, signal, cause, detail }: WorkerEnd): string {
  const status = signal === null ? `exit code ${exitCode}` : signal
  switch (reason) {
    case 'exit':
      return `exited with code ${exitCode}`
    case 'signal':
      return `was ended by ${signal}`
    case 'out-of-memory':
      return `ran out of memory (${status}); raise \`memoryLimit\` or give it smaller inputs`
    case 'memory-limit':
      return `grew beyond its memory limit${detail ? ` (${detail})` : ''} and was ended`
    case 'uncaught':
      return `died of an error that nobody caught (${cause instanceof Error ? `${cause.name}: ${cause.message}` : show(cause)})`
    case 'start':
      return `did not start (${detail ?? status})`
  }
}

/** A worker could not be started; `cause` is the system's error where there is one. */
export class WorkerStartError extends WorkerDiedError {}
nameError(WorkerStartError, 'WorkerStartError')
