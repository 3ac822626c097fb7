import { InvalidOptionError } from '../errors/index.ts'
import { count } from '../options/index.ts'
import { WorkerDiedError, WorkerStartError } from '../process/index.ts'
import { InitializerError } from '../task/index.ts'
import { Aborts } from './aborts.ts'
import { Deadline } from './deadline.ts'
import { BrokenExecutorError, CancelledError, PoolClosedError, PoolTerminatedError } from './errors.ts'
import type { Callable, Executor, SubmitOptions, WorkerInfo } from './executor.ts'
import { Future } from './future.ts'
import type { Inputs } from './input-source.ts'
import { zip } from './inputs.ts'
import { type ExecutorMapOptions, type MapArguments, splitMapArguments } from './map-arguments.ts'
import { MapResults } from './map-results.ts'
import type { Result } from './call-types.ts'
import { Pool } from './pool.ts'
import type { ResultStream } from './sinks.ts'
import { wasThrownByTask } from './source.ts'
import { staysHere } from './stays.ts'
import { Submission } from './submission.ts'
import { type SubmittedMapOptions, submittedMap } from './submitted-map.ts'

/** Options of every call that is made through {@link FuturesExecutor.with}. */
export interface FutureCallOptions extends Pick<SubmitOptions, 'timeout' | 'signal' | 'onProgress'> {}

/** What can be submitted to an executor. */
export interface Submitter {
  /** Makes one call, without waiting for it. */
  submit<A extends readonly unknown[], R>(task: Callable<A, R>, ...args: A): Future<Result<R>>
  /** Makes one call for each input, or for each row of inputs: the first of all iterables, the second of all, … */
  map<T, R>(task: Callable<[T], R>, inputs: Inputs<T>, options?: ExecutorMapOptions): MapResults<Result<R>>
  map<A extends readonly unknown[], R>(task: Callable<A, R>, ...inputs: MapArguments<A>): MapResults<Result<R>>
}

/** Options of a {@link FuturesExecutor}. */
export interface FuturesExecutorOptions {
  /**
   * What a worker's death costs. `'replace'`: the call it ran, which throws a `WorkerDiedError`; the worker is
   * replaced. `'break'`: every call, and the executor takes no more, as in Python.
   *
   * @default 'replace'
   */
  readonly onWorkerDeath?: 'replace' | 'break' | undefined
}

/** What distinguishes one kind of executor from another. */
export interface ExecutorTraits {
  readonly name: string
  readonly Broken: new (name: string, cause: unknown) => BrokenExecutorError
}

/**
 * The interface of Python's `concurrent.futures` over anything that runs calls: futures instead of promises.
 * {@link ThreadPoolExecutor} and {@link ProcessPoolExecutor} are it over pools of their own.
 *
 * An executor is left by `shutdown()`, which `await using` does: it takes no more calls and waits for those it has.
 *
 * @example
 * ```ts
 * import { FuturesExecutor, InProcessExecutor } from 'manyhands'
 *
 * // What uses a ProcessPoolExecutor can be tested and debugged without one.
 * await using executor = new FuturesExecutor(new InProcessExecutor())
 * const future = executor.submit((x: number) => x + 1, 41)
 * console.log(await future) // 42
 * ```
 */
export class FuturesExecutor<E extends Executor = Executor> implements Submitter {
  /** What runs the calls. It can be given to whatever takes an {@link Executor}, and ends with this one. */
  readonly backend: E
  readonly #traits: ExecutorTraits
  readonly #breaksOnDeath: boolean
  readonly #futures = new Set<Future<unknown>>()
  readonly #aborts = new Aborts()
  /** Maps that will make more calls, over a backend that does not know of them. */
  readonly #maps = new Set<Promise<void>>()
  /** Aborted to end the inputs of maps; those with a `bufferSize` would not be at their end when all calls are. */
  readonly #haltAll = new AbortController()
  readonly #haltBuffered = new AbortController()
  #open = true
  #broken: BrokenExecutorError | undefined

  constructor(backend: E, options?: FuturesExecutorOptions)
  /** @internal */
  constructor(backend: E, options: FuturesExecutorOptions, traits: ExecutorTraits)
  constructor(
    backend: E,
    { onWorkerDeath = 'replace' }: FuturesExecutorOptions = {},
    traits: ExecutorTraits = { name: 'FuturesExecutor', Broken: BrokenExecutorError },
  ) {
    if (onWorkerDeath !== 'replace' && onWorkerDeath !== 'break') {
      throw new InvalidOptionError('onWorkerDeath', "'replace' or 'break'", onWorkerDeath)
    }
    this.backend = backend
    this.#traits = traits
    this.#breaksOnDeath = onWorkerDeath === 'break'
  }

  /**
   * Makes one call, without waiting for it.
   *
   * @throws {@link PoolClosedError} after `shutdown()`, {@link BrokenExecutorError} when it can run nothing any more.
   * What is wrong with the call itself is told by its future.
   */
  submit<A extends readonly unknown[], R>(task: Callable<A, R>, ...args: A): Future<Result<R>> {
    return this.#submit(task, args, NO_OPTIONS, this.submit)
  }

  /**
   * Makes one call for each input and gives the results in input order. With several iterables, the first elements of
   * all are the arguments of the first call, and so on until the shortest ends.
   *
   * Calls begin at once, whether results are taken or not. Inputs are taken as workers need them; `bufferSize` bounds
   * how far ahead of the results that may be. The first error ends it.
   */
  map<T, R>(task: Callable<[T], R>, inputs: Inputs<T>, options?: ExecutorMapOptions): MapResults<Result<R>>
  map<A extends readonly unknown[], R>(task: Callable<A, R>, ...inputs: MapArguments<A>): MapResults<Result<R>>
  map(task: Callable, ...inputs: readonly unknown[]): MapResults<unknown> {
    return this.#map(task, inputs, NO_OPTIONS)
  }

  /**
   * The same executor, with options for each call that is made through it.
   *
   * @param options - `timeout`: how long a call may run, counted from its start in the worker; `signal` cancels, and
   * ends what runs; `onProgress` receives what a submitted task passes to `progress()`.
   */
  with(options: FutureCallOptions): Submitter {
    const submitter = {
      submit: (task: Callable, ...args: readonly unknown[]) => this.#submit(task, args, options, submitter.submit),
      map: (task: Callable, ...inputs: readonly unknown[]) => this.#map(task, inputs, options),
    }
    return submitter as Submitter
  }

  /** Its workers: those that live, then those that ended. */
  workers(): WorkerInfo[] {
    return this.backend.workers()
  }

  /**
   * Takes no more calls, finishes those it has and ends the workers.
   *
   * @param options - `wait`: resolve when all that is done, or at once; it goes on either way, and the program does not
   * end before. `cancelFutures`: cancel what was not started.
   */
  async shutdown(options: { readonly wait?: boolean; readonly cancelFutures?: boolean } = {}): Promise<void> {
    const { wait = true, cancelFutures = false } = options
    this.#open = false
    if (cancelFutures) {
      this.#halt(new CancelledError(`What ${this.#traits.name} had not started`))
      for (const future of this.#futures) future.cancel()
    }
    this.#haltBuffered.abort(this.#closedError())
    const ended = Promise.all(this.#maps).then(() => this.backend.close())
    if (wait) await ended
  }

  /** Ends the workers at once. What is pending throws a {@link PoolTerminatedError}. */
  terminate(): Promise<void> {
    this.#open = false
    this.#halt(new PoolTerminatedError(this.#traits.name))
    return this.backend.terminate()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown()
  }

  #submit<R>(
    task: Callable<never, R>,
    args: readonly unknown[],
    options: FutureCallOptions,
    caller: (...args: never[]) => unknown,
  ): Future<Result<R>> {
    this.#requireOpen()
    if (typeof task !== 'function' && typeof task !== 'string' && !(task instanceof URL)) {
      throw new InvalidOptionError('task', "a function, a task(), or a module's export as './tasks.ts#name'", task)
    }
    const submission = new Submission<Result<R>>(options, caller)
    const { future } = submission
    const { signal } = options
    if (signal?.aborted) {
      future.cancel({ reason: signal.reason })
      return future
    }
    const forget = signal && this.#aborts.listen(signal, () => future.cancel({ kill: true, reason: signal.reason }))
    const settled = (): void => {
      this.#futures.delete(future)
      forget?.()
    }
    this.#futures.add(future)
    const calling = this.backend instanceof Pool ? submission : submission.plain()
    this.backend.submit(task as Callable<readonly unknown[], Result<R>>, args, calling).then(
      (value) => {
        settled()
        if (!future.done()) future.setResult(value)
      },
      (error: unknown) => {
        const meaning = this.#explain(error)
        settled()
        if (!future.done()) future.setException(meaning)
      },
    )
    return future
  }

  #map<R>(task: Callable, rest: readonly unknown[], calls: FutureCallOptions): MapResults<R> {
    this.#requireOpen()
    const {
      iterables,
      options: { timeout, chunkSize, bufferSize },
    } = splitMapArguments(rest)
    const deadline = new Deadline(timeout)
    const window = bufferSize === undefined ? Infinity : count('bufferSize', bufferSize)
    const { signal: halt } = bufferSize === undefined ? this.#haltAll : this.#haltBuffered
    const options = { ...calls, chunkSize, window, halt }
    const [first] = iterables
    let stream: ResultStream<unknown>
    if (!(this.backend instanceof Pool)) stream = this.#submitEach(task, zip(iterables), options)
    else if (iterables.length > 1 || !first) stream = this.backend.istarmap(task, zip(iterables), options)
    else stream = this.backend.imap<unknown, unknown>(task, first, options)
    const explain = (error: unknown): unknown =>
      calls.signal?.aborted && error === calls.signal.reason
        ? new CancelledError('The map', { cause: error })
        : this.#explain(error)
    return new MapResults(stream as ResultStream<R>, deadline, explain)
  }

  #submitEach(
    task: Callable,
    inputs: Inputs<unknown[]>,
    options: Omit<SubmittedMapOptions, 'onExhausted'>,
  ): ResultStream<unknown> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#maps.add(promise)
    void promise.then(() => this.#maps.delete(promise))
    return submittedMap(this.backend, task, inputs, { ...options, onExhausted: resolve })
  }

  #requireOpen(): void {
    if (this.#broken) throw this.#broken
    if (!this.#open) throw this.#closedError()
  }

  /** Takes no more inputs of any map. */
  #halt(reason: Error): void {
    this.#haltAll.abort(reason)
    this.#haltBuffered.abort(reason)
  }

  #closedError(): PoolClosedError {
    return new PoolClosedError(this.#traits.name)
  }

  /** What a call's error means to its caller. An error that no call can escape breaks the executor. */
  #explain(error: unknown): unknown {
    if (this.#broken || !this.#breaks(error)) return this.#broken ?? error
    const broken = new this.#traits.Broken(this.#traits.name, error)
    this.#broken = broken
    process.emitWarning(broken)
    for (const future of this.#futures) if (!future.done()) future.setException(broken)
    this.#futures.clear()
    this.#halt(broken)
    void this.backend.terminate()
    return broken
  }

  #breaks(error: unknown): boolean {
    if (wasThrownByTask(error)) return false
    if (error instanceof WorkerStartError) return true
    if (error instanceof WorkerDiedError) return this.#breaksOnDeath
    return error instanceof InitializerError
  }
}

const NO_OPTIONS: FutureCallOptions = {}

staysHere(FuturesExecutor)
