import type { Duration } from '../options/index.ts'
import type { ManyhandsError } from '../errors/index.ts'

/**
 * What can be called in a worker: a `task()`, a self-contained inline function, or the name of a module's export as
 * `'./tasks.ts#wordCount'` or a `URL` with such a hash.
 */
export type Callable<A extends readonly unknown[] = readonly unknown[], R = unknown> =
  ((...args: A) => R | PromiseLike<R>) | string | URL

/** Options of one call. */
export interface SubmitOptions {
  /** How long the call may run, counted from its start in the worker. @default no limit */
  readonly timeout?: Duration | undefined
  /** Cancels the call: one that waits is dropped, one that runs is told, and then its worker is ended. */
  readonly signal?: AbortSignal | undefined
  /**
   * Called when the call leaves the queue for the hands of a worker. It may still wait there behind a short one.
   */
  readonly onStart?: (() => void) | undefined
  /** Receives every value that the running task passes to its `progress()`. */
  readonly onProgress?: ((value: unknown) => void) | undefined
  /** Receives where and how long the call ran, just before its promise settles. */
  readonly onSettled?: ((info: CallInfo) => void) | undefined
  /** @internal Receives the function that cancels the call: what `signal` is for, for those who make many calls. */
  readonly onSubmit?: ((cancel: () => void) => void) | undefined
  /** @internal The function whose caller made this call, for the stack of its error. */
  readonly caller?: ((...args: never[]) => unknown) | undefined
}

/** Where and when a call ran. */
export interface CallInfo {
  /** Name of the worker, such as `'P000'`. */
  readonly worker: string
  /** Process id of the worker. */
  readonly pid: number
  /** When the call began, in milliseconds since the epoch. */
  readonly startedAt: number
  /** How long it ran, in milliseconds. Calls too short to be timed alone get the mean of their batch. */
  readonly duration: number
}

/** A worker as it can be observed while it lives and after. */
export interface WorkerInfo {
  readonly name: string
  readonly kind: 'thread' | 'process' | 'inline'
  /** Id of the process it lives in. */
  readonly pid: number
  readonly state: 'starting' | 'idle' | 'busy' | 'ended'
  /** Calls that returned, and calls that threw. */
  readonly done: number
  readonly failed: number
  /** The call in its hands: the task's name, its first argument, and since when (milliseconds since the epoch). */
  readonly current: { readonly task: string; readonly input: unknown; readonly since: number } | null
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  /** Why it ended, where that was no ordinary end. */
  readonly error?: ManyhandsError | undefined
}

/**
 * The small interface that a pool, an in-process runner and a cluster share: submit a call, get its result.
 * A durable run sees this and nothing else of them.
 */
export interface Executor {
  /** How many calls it can run at once. */
  readonly size: number
  /** How many calls it would take now to keep every worker fed; 0 means: wait until a call settles. */
  room(): number
  /** Runs one call; its error is the one the task threw, or says how the worker ended. */
  submit<A extends readonly unknown[], R>(task: Callable<A, R>, args: A, options?: SubmitOptions): Promise<R>
  /** The workers that live, then those that ended. */
  workers(): WorkerInfo[]
  /** Finishes what was submitted, then ends the workers. */
  close(): Promise<void>
  /** Rejects what is pending and ends the workers at once. */
  terminate(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
