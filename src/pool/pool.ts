import { type PoolOptions, poolSettings } from './options.ts'
import { Aborts } from './aborts.ts'
import { AsyncResult, type ResultCallbacks } from './async-result.ts'
import { CallSource, type Call } from './call-source.ts'
import type { ApplyArguments, ImapOptions, MapOptions, Result } from './call-types.ts'
import { InvalidStateError, PoolClosedError, PoolTerminatedError } from './errors.ts'
import type { Callable, Executor, SubmitOptions, WorkerInfo } from './executor.ts'
import { InputSource, type Inputs, type Sink } from './input-source.ts'
import { requireIterable, requireList } from './inputs.ts'
import { Pace } from './pace.ts'
import { Scheduler } from './scheduler.ts'
import { ListSink, ResultStream } from './sinks.ts'
import type { CallSite } from './source.ts'
import { staysHere } from './stays.ts'
import { type TaskReference, referenceKey, referenceOf, refuseInImport } from '../task/index.ts'
import { count } from '../options/index.ts'

/**
 * Workers that run calls side by side: Python's `multiprocessing.Pool`, over threads or over processes.
 *
 * Workers start when there is work and are replaced when they die; the call that a dead worker had in its hands is
 * rejected with a {@link WorkerDiedError}, all others go on. An idle pool costs nothing and does not keep the program
 * alive. Leave it with `await using`, which terminates it, or `close()` it.
 *
 * @example
 * ```ts
 * import { Pool } from 'manyhands'
 *
 * await using pool = new Pool({ workers: 2 })
 * console.log(await pool.map((x: number) => x * x, [1, 2, 3])) // [ 1, 4, 9 ]
 *
 * for await (const length of pool.imapUnordered((word: string) => word.length, ['one', 'three'])) {
 *   console.log(length > 2) // true
 * }
 * ```
 */
export class Pool implements Executor {
  /** How many workers it has at most. */
  readonly size: number
  readonly #name: string
  readonly #scheduler: Scheduler
  readonly #tasks = new Map<string, Prepared>()
  /** So that a function's source is read once, not in every call. */
  readonly #functions = new WeakMap<WeakKey, Prepared>()
  /** So that a module's path is not looked up in every call. */
  readonly #named = new Map<string, Prepared>()
  readonly #calls = new Map<string, CallSource>()
  readonly #aborts = new Aborts()
  #state: 'open' | 'closed' | 'terminated' = 'open'
  #ended: Promise<void> | undefined

  /**
   * @throws {@link InvalidOptionError} for an option out of its range. No worker is started yet.
   */
  constructor(options: PoolOptions = {}) {
    const settings = poolSettings(options)
    this.size = settings.size
    this.#name = `Pool(${settings.size}, ${settings.worker.kind})`
    this.#scheduler = new Scheduler(settings)
  }

  /**
   * Runs a task for each input and waits for all results, in input order.
   *
   * When calls fail, the others still run to their end; then the first error received is thrown.
   *
   * @throws {@link PoolClosedError} after `close()`, and what the calls or the inputs throw.
   */
  map<T, R>(task: Callable<[T], R>, inputs: Inputs<T>, options: MapOptions = {}): Promise<Result<R>[]> {
    return this.#collect(task, false, inputs, options, this.map)
  }

  /** As {@link map}, with each input spread over the task's parameters. */
  starmap<A extends readonly unknown[], R>(
    task: Callable<A, R>,
    inputs: Inputs<Readonly<A>>,
    options: MapOptions = {},
  ): Promise<Result<R>[]> {
    return this.#collect(task, true, inputs, options, this.starmap)
  }

  /** As {@link map}, without waiting. */
  mapAsync<T, R>(
    task: Callable<[T], R>,
    inputs: Inputs<T>,
    options: MapOptions & ResultCallbacks<Result<R>[]> = {},
  ): AsyncResult<Result<R>[]> {
    return new AsyncResult(this.#collect<R>(task, false, inputs, options, this.mapAsync), options)
  }

  /** As {@link starmap}, without waiting. */
  starmapAsync<A extends readonly unknown[], R>(
    task: Callable<A, R>,
    inputs: Inputs<Readonly<A>>,
    options: MapOptions & ResultCallbacks<Result<R>[]> = {},
  ): AsyncResult<Result<R>[]> {
    return new AsyncResult(this.#collect<R>(task, true, inputs, options, this.starmapAsync), options)
  }

  /** Results in input order, each as soon as it and those before it are there. Inputs are taken as workers need them. */
  imap<T, R>(task: Callable<[T], R>, inputs: Inputs<T>, options: ImapOptions = {}): ResultStream<Result<R>> {
    return this.#stream(task, false, true, inputs, options, this.imap)
  }

  /** As {@link imap}, with each input spread over the task's parameters. */
  istarmap<A extends readonly unknown[], R>(
    task: Callable<A, R>,
    inputs: Inputs<A>,
    options: ImapOptions = {},
  ): ResultStream<Result<R>> {
    return this.#stream(task, true, true, inputs, options, this.istarmap)
  }

  /** Results as they come. Inputs are taken as workers need them. */
  imapUnordered<T, R>(task: Callable<[T], R>, inputs: Inputs<T>, options: ImapOptions = {}): ResultStream<Result<R>> {
    return this.#stream(task, false, false, inputs, options, this.imapUnordered)
  }

  /** Makes one call and waits for its result. Several at once need `applyAsync`, or several promises. */
  apply<A extends readonly unknown[], R>(
    task: Callable<A, R>,
    ...[args, options]: ApplyArguments<A, SubmitOptions>
  ): Promise<Result<R>> {
    return this.#call(task, args ?? [], options ?? {}, this.apply)
  }

  /** As {@link apply}, without waiting. */
  applyAsync<A extends readonly unknown[], R>(
    task: Callable<A, R>,
    ...[args, options]: ApplyArguments<A, SubmitOptions & ResultCallbacks<Result<R>>>
  ): AsyncResult<Result<R>> {
    return new AsyncResult(this.#call<R>(task, args ?? [], options ?? {}, this.applyAsync), options)
  }

  submit<A extends readonly unknown[], R>(task: Callable<A, R>, args: A, options: SubmitOptions = {}): Promise<R> {
    return this.#call(task, args, options, options.caller) as Promise<R>
  }

  room(): number {
    let wanted = this.size
    let backlog = 0
    for (const source of this.#calls.values()) {
      wanted = Math.max(wanted, this.size * source.pace.size * source.pace.depth)
      backlog += source.pending
    }
    return this.#state === 'open' ? Math.max(0, wanted - backlog) : 0
  }

  workers(): WorkerInfo[] {
    return this.#scheduler.workers()
  }

  /** Takes no more calls, finishes those it has, tears the workers down. Resolves as {@link join} does. */
  close(): Promise<void> {
    if (this.#state === 'open') this.#state = 'closed'
    return (this.#ended ??= this.#scheduler.close())
  }

  /** Ends the workers at once; what is pending is rejected with a {@link PoolTerminatedError}. */
  terminate(): Promise<void> {
    if (this.#state !== 'terminated') {
      this.#state = 'terminated'
      const closing = this.#ended
      const terminated = this.#scheduler.terminate(new PoolTerminatedError(this.#name))
      this.#ended = closing ?? terminated
    }
    return this.#ended ?? Promise.resolve()
  }

  /**
   * Waits until every worker of a closed or terminated pool has ended.
   *
   * @throws {@link InvalidStateError} while the pool is still open.
   */
  async join(): Promise<void> {
    if (this.#ended === undefined)
      throw new InvalidStateError(`${this.#name} is still running; close() or terminate() it before join()`)
    await this.#ended
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.terminate()
  }

  #collect<R>(
    task: unknown,
    spread: boolean,
    inputs: Inputs<unknown>,
    options: MapOptions,
    caller: (...args: never[]) => unknown,
  ): Promise<Result<R>[]> {
    const sink = new ListSink()
    try {
      this.#begin(task, spread, inputs, options, sink, caller)
    } catch (error) {
      return Promise.reject(error)
    }
    return sink.promise as Promise<Result<R>[]>
  }

  #stream<R>(
    task: unknown,
    spread: boolean,
    ordered: boolean,
    inputs: Inputs<unknown>,
    options: ImapOptions,
    caller: (...args: never[]) => unknown,
  ): ResultStream<Result<R>> {
    const fixed =
      options.window === undefined || options.window === Infinity ? options.window : count('window', options.window)
    let source: InputSource | undefined
    const stream: ResultStream<Result<R>> = new ResultStream(
      ordered,
      () => fixed ?? 2 * this.size * Math.max(1, source?.chunkSize ?? source?.pace.size ?? 1),
      () => source?.refill(),
      () => {
        source?.cancel()
        if (source) this.#scheduler.cancel(source)
      },
    )
    source = this.#begin(task, spread, inputs, options, stream, caller, (made) => {
      source = made
    })
    return stream
  }

  #begin(
    task: unknown,
    spread: boolean,
    inputs: Inputs<unknown>,
    options: MapOptions,
    sink: Sink,
    caller: (...args: never[]) => unknown,
    onMade?: (source: InputSource) => void,
  ): InputSource {
    const { reference, pace } = this.#prepare(task)
    requireIterable(inputs)
    const site: CallSite = {}
    Error.captureStackTrace(site, caller)
    const source = new InputSource(reference, pace, spread, options, site, inputs, sink, () =>
      this.#scheduler.dispatch(),
    )
    onMade?.(source)
    const { signal } = options
    if (signal?.aborted) {
      source.abandon(signal.reason)
    } else if (signal) {
      const abort = (): void => {
        source.abandon(signal.reason)
        this.#scheduler.cancel(source)
      }
      signal.addEventListener('abort', abort, { once: true })
      source.onFinished(() => signal.removeEventListener('abort', abort))
    }
    if (options.halt) source.haltOn(options.halt)
    source.begin()
    this.#scheduler.add(source)
    return source
  }

  #call<R>(
    task: unknown,
    args: readonly unknown[],
    options: SubmitOptions,
    caller: ((...args: never[]) => unknown) | undefined,
  ): Promise<Result<R>> {
    return new Promise((resolve, reject) => {
      const { key, reference, pace } = this.#prepare(task)
      requireList(args)
      const sourceKey = options.timeout === undefined ? key : `${options.timeout} ${key}`
      let source = this.#calls.get(sourceKey)
      if (source === undefined) {
        source = new CallSource(reference, pace, true, { timeout: options.timeout })
        this.#calls.set(sourceKey, source)
      }
      const site: CallSite = {}
      if (caller && source.pending < CALL_SITES) Error.captureStackTrace(site, caller)
      const call: Call = {
        args,
        options,
        resolve: resolve as Call['resolve'],
        reject,
        site,
        number: undefined,
        withdrawn: false,
        onDone: undefined,
      }
      const { signal } = options
      if (signal?.aborted) return reject(signal.reason)
      if (signal) call.onDone = this.#aborts.listen(signal, () => this.#cancel(source, call, signal.reason))
      options.onSubmit?.(() => this.#cancel(source, call, undefined))
      source.add(call)
      this.#scheduler.add(source)
    })
  }

  #cancel(source: CallSource, call: Call, reason: unknown): void {
    call.reject(reason)
    if (!source.withdraw(call)) this.#scheduler.cancel(source, call.number)
  }

  #prepare(task: unknown): Prepared {
    if (this.#state !== 'open') throw new PoolClosedError(this.#name)
    refuseInImport()
    const known = typeof task === 'function' ? this.#functions.get(task) : this.#named.get(String(task))
    if (known) return known
    const reference = referenceOf(task)
    const key = referenceKey(reference)
    let prepared = this.#tasks.get(key)
    if (prepared === undefined) this.#tasks.set(key, (prepared = { key, reference, pace: new Pace() }))
    if (typeof task === 'function') this.#functions.set(task, prepared)
    else if (ABSOLUTE.test(String(task))) this.#named.set(String(task), prepared)
    return prepared
  }
}

/**
 * Calls of one task that may be pending while the place of a further one is still noted for its error's stack. It costs
 * more than all the rest of a short call, so those made by the thousand go without.
 */
const CALL_SITES = 64

/** A path or URL that means the same wherever the program stands. */
const ABSOLUTE = /^(?:[a-z][a-z+.-]+:|\/)/i

staysHere(Pool)

/** A task that this pool has seen before. */
interface Prepared {
  readonly key: string
  readonly reference: TaskReference
  readonly pace: Pace
}
