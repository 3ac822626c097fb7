import type { Duration } from '../options/index.ts'
import { PoolClosedError } from './errors.ts'
import type { Callable, Executor } from './executor.ts'
import type { Inputs } from './input-source.ts'
import { iteratorOf } from './inputs.ts'
import { ResultStream } from './sinks.ts'

type Step = IteratorResult<readonly unknown[], unknown>
type AnyTask<R> = Callable<readonly unknown[], R>

/** Options of {@link submittedMap}; they mean what they do for `Pool.imap`. */
export interface SubmittedMapOptions {
  readonly window: number
  readonly timeout?: Duration | undefined
  readonly signal?: AbortSignal | undefined
  readonly halt: AbortSignal
  /** Called when no more calls will be made. */
  readonly onExhausted: () => void
}

/** Results in input order from any executor, by one call for each list of arguments. A pool has a faster way. */
export function submittedMap<R>(
  executor: Executor,
  task: AnyTask<R>,
  inputs: Inputs<readonly unknown[]>,
  options: SubmittedMapOptions,
): ResultStream<R> {
  const stream: ResultStream<R> = new ResultStream(
    true,
    () => options.window,
    () => pump.fill(),
    () => pump.stop(),
  )
  const pump = new Pump(executor, task, inputs, options, stream)
  pump.fill()
  return stream
}

/** Takes inputs while the window and the executor have room, and hands their outcomes to the stream. */
class Pump<R> {
  readonly #executor: Executor
  readonly #task: AnyTask<R>
  readonly #options: SubmittedMapOptions
  readonly #stream: ResultStream<R>
  readonly #inputs: Iterator<readonly unknown[], unknown> | AsyncIterator<readonly unknown[], unknown>
  /** Aborted when nothing more is wanted, or comes: ends the listening to the signals of the map. */
  readonly #stopped = new AbortController()
  /** Calls that are not settled, and those of them that were not begun. */
  readonly #open = new Set<AbortController>()
  readonly #waiting = new Set<AbortController>()
  #taken = 0
  #exhausted = false
  #fetching = false

  constructor(
    executor: Executor,
    task: AnyTask<R>,
    inputs: Inputs<readonly unknown[]>,
    options: SubmittedMapOptions,
    stream: ResultStream<R>,
  ) {
    this.#executor = executor
    this.#task = task
    this.#options = options
    this.#stream = stream
    this.#inputs = iteratorOf(inputs)
    const { halt, signal } = options
    const once = { once: true, signal: this.#stopped.signal }
    halt.addEventListener('abort', () => this.#halt(halt.reason), once)
    if (signal?.aborted) this.#abandon(signal.reason)
    else signal?.addEventListener('abort', () => this.#abandon(signal.reason), once)
  }

  fill(): void {
    try {
      while (this.#wantsMore()) {
        const step = this.#inputs.next()
        if ('then' in step) return this.#fetch(step)
        this.#arrived(step)
      }
    } catch (error) {
      this.#failed(error)
    }
  }

  /** The consumer wants no more. */
  stop(reason?: unknown): void {
    this.#closeInputs()
    this.#stopped.abort(reason)
    for (const call of this.#open) call.abort(reason)
  }

  #abandon(reason: unknown): void {
    this.stop(reason)
    this.#stream.abandoned(reason)
  }

  #halt(reason: unknown): void {
    if (this.#exhausted) return
    this.#closeInputs()
    for (const call of this.#waiting) call.abort(reason)
    this.#stream.inputFailed(this.#taken, reason)
    this.#tell()
  }

  #wantsMore(): boolean {
    if (this.#exhausted || this.#fetching || this.#taken - this.#stream.consumed >= this.#options.window) return false
    return this.#open.size === 0 || this.#executor.room() > 0
  }

  #fetch(step: Promise<Step>): void {
    this.#fetching = true
    step
      .then((result) => {
        this.#fetching = false
        this.#arrived(result)
        this.fill()
      })
      .catch((error: unknown) => {
        this.#fetching = false
        this.#failed(error)
      })
  }

  #arrived(step: Step): void {
    if (this.#exhausted) return
    if (step.done) {
      this.#exhaust()
      return this.#tell()
    }
    const number = this.#taken++
    const call = new AbortController()
    this.#open.add(call)
    this.#waiting.add(call)
    const { signal: stopped } = this.#stopped
    const calling = { timeout: this.#options.timeout, signal: call.signal, onStart: () => this.#waiting.delete(call) }
    this.#executor
      .submit(this.#task, step.value, calling)
      .then(
        (result) => stopped.aborted || this.#stream.resolved(number, result),
        (error: unknown) => {
          if (!stopped.aborted) this.#stream.rejected(number, error)
          // Closed by somebody else: without this, inputs without end would be refused without end.
          if (error instanceof PoolClosedError) this.#closeInputs()
        },
      )
      .finally(() => {
        this.#open.delete(call)
        this.#waiting.delete(call)
        this.#tell()
        this.fill()
      })
  }

  #tell(): void {
    if (this.#stopped.signal.aborted) return
    const ended = this.#exhausted && this.#open.size === 0
    this.#stream.settled(ended ? this.#taken : undefined)
    if (ended) this.#stopped.abort()
  }

  #failed(error: unknown): void {
    if (this.#exhausted) return
    this.#exhaust()
    this.#stream.inputFailed(this.#taken, error)
    this.#tell()
  }

  #exhaust(): void {
    this.#exhausted = true
    this.#options.onExhausted()
  }

  #closeInputs(): void {
    if (this.#exhausted) return
    this.#exhaust()
    // What the user's iterator does on its way out is not this map's concern any more.
    void (async () => this.#inputs.return?.())().catch(() => {})
  }
}
