import { inspect } from 'node:util'
import { report } from './callbacks.ts'
import { Deadline } from './deadline.ts'
import { CancelledError, InvalidStateError, TimeoutError } from './errors.ts'
import { staysHere } from './stays.ts'
import type { Duration } from '../options/index.ts'

/** Where a {@link Future} stands. `cancelled` becomes `cancelled-and-notified` once its executor knows of it. */
export type FutureState = 'pending' | 'running' | 'cancelled' | 'cancelled-and-notified' | 'finished'

/** How a call is cancelled. */
export interface CancelOptions {
  /** Whether to end the worker of a call that runs already, where its executor can. @default false */
  readonly kill?: boolean | undefined
  /** The `cause` of the {@link CancelledError}. */
  readonly reason?: unknown
}

/** A function of a future. Its parameter is not named, or no future of one type would be a future of a wider one. */
type Told = (future: never) => unknown

/** Options of a {@link Future}, for those who make their own. */
export interface FutureOptions {
  /** Withdraws or stops the work of a cancelled future. With it, `cancel({ kill: true })` works on a running call. */
  readonly onCancel?: ((wasRunning: boolean) => void) | undefined
}

/**
 * The result of a call that was submitted to an executor: Python's `concurrent.futures.Future`.
 *
 * It can be awaited, which is the same as `result()`. An error that nobody asks for is kept, not thrown.
 *
 * States: `pending` → `running` → `finished`, or `pending` → `cancelled` → `cancelled-and-notified`, and, by
 * `cancel({ kill: true })`, `running` → `cancelled-and-notified`. Executors move it with `setRunningOrNotifyCancel`,
 * `setResult` and `setException`; those are for you only when you write an executor of your own.
 *
 * @example
 * ```ts
 * import { ThreadPoolExecutor } from 'manyhands'
 *
 * await using executor = new ThreadPoolExecutor({ maxWorkers: 2 })
 * const future = executor.submit((x: number, y: number) => x ** y, 2, 8)
 * future.addDoneCallback((done) => console.log(String(done))) // <Future 1 state=finished returned number>
 * console.log(await future.result('5s'), future.done()) // 256 true
 * ```
 */
export class Future<T> implements PromiseLike<T> {
  readonly #id: number
  /** Let go of once it is done, since it may hold a whole executor. */
  #onCancel: ((wasRunning: boolean) => void) | undefined
  #state: FutureState = 'pending'
  #outcome: { readonly value: T } | { readonly error: unknown } | undefined
  #callbacks: Told[] | undefined
  /** Who is told when it is finished, or its cancellation was notified. */
  #waiters: Set<Told> | undefined
  /** Made when somebody asks for it. */
  #promise: Promise<T> | undefined
  #settle: (() => void) | undefined

  static #count = 0

  /** Executors make futures; make one yourself only to write an executor. */
  constructor({ onCancel }: FutureOptions = {}) {
    this.#id = ++Future.#count
    this.#onCancel = onCancel
  }

  /** Where it stands. */
  get state(): FutureState {
    return this.#state
  }

  /**
   * Cancels the call, and says whether that worked: a call that runs goes on, unless `kill` ends its worker; one that
   * is finished stays so.
   */
  cancel({ kill = false, reason }: CancelOptions = {}): boolean {
    const running = this.#state === 'running'
    if (this.#state === 'finished' || (running && !(kill && this.#onCancel))) return false
    if (this.cancelled()) return true
    this.#outcome = { error: new CancelledError(`Future ${this.#id}`, reason === undefined ? {} : { cause: reason }) }
    const onCancel = this.#onCancel
    this.#done(running ? 'cancelled-and-notified' : 'cancelled')
    onCancel?.(running)
    return true
  }

  /** Whether it was cancelled. */
  cancelled(): boolean {
    return this.#state === 'cancelled' || this.#state === 'cancelled-and-notified'
  }

  /** Whether its call is in the hands of a worker and cannot be cancelled without `kill`. */
  running(): boolean {
    return this.#state === 'running'
  }

  /** Whether it is finished or cancelled. */
  done(): boolean {
    return this.#outcome !== undefined
  }

  /**
   * What the call returned, once it has.
   *
   * @param timeout - how long to wait for it. @default for ever
   * @throws {@link TimeoutError} when it is not done by then; the call goes on. {@link CancelledError} when it was
   * cancelled. Otherwise what the call threw.
   */
  async result(timeout?: Duration): Promise<T> {
    const promise = this.#asPromise()
    if (this.#outcome !== undefined || timeout === undefined) return promise
    const deadline = new Deadline(timeout)
    const late = (): TimeoutError => new TimeoutError(`The result of future ${this.#id}`, deadline.timeout)
    if (deadline.timeout === 0) throw late()
    return deadline.race(promise, late)
  }

  /**
   * What the call threw; null where it returned.
   *
   * @param timeout - how long to wait for it. @default for ever
   * @throws {@link TimeoutError} when it is not done by then, {@link CancelledError} when it was cancelled.
   */
  async exception(timeout?: Duration): Promise<unknown> {
    try {
      await this.result(timeout)
      return null
    } catch (error) {
      // Only what the call itself threw is the answer; the others say that there is none.
      if (this.failed && this.#outcome && 'error' in this.#outcome) return this.#outcome.error
      throw error
    }
  }

  /**
   * Calls `callback` with this future when it is done, at once if it is. Callbacks are called in the order they were
   * added, before anyone who awaits it goes on; what one throws becomes a warning.
   */
  addDoneCallback(callback: (future: this) => unknown): void {
    if (this.#outcome === undefined) (this.#callbacks ??= []).push(callback)
    else report(callback, this)
  }

  // oxlint-disable-next-line unicorn/no-thenable -- awaiting it is the point.
  then<R = T, E = never>(
    onValue?: ((value: T) => R | PromiseLike<R>) | null,
    onError?: ((error: unknown) => E | PromiseLike<E>) | null,
  ): Promise<R | E> {
    return this.#asPromise().then(onValue, onError)
  }

  /**
   * For executors, before the call is run: makes it `running`, or, where it was cancelled, tells those who wait for it.
   *
   * @returns whether the call is to be run.
   * @throws {@link InvalidStateError} when it runs already or is finished.
   */
  setRunningOrNotifyCancel(): boolean {
    switch (this.#state) {
      case 'pending':
        this.#state = 'running'
        return true
      case 'cancelled':
        this.#state = 'cancelled-and-notified'
        this.#tellWaiters()
        return false
      default:
        throw new InvalidStateError(`${this.toString()} cannot start: only a pending one can`)
    }
  }

  /** For executors: finishes it with a value. @throws {@link InvalidStateError} when it is done already. */
  setResult(value: T): void {
    this.#finish({ value })
  }

  /** For executors: finishes it with an error. @throws {@link InvalidStateError} when it is done already. */
  setException(error: unknown): void {
    this.#finish({ error })
  }

  #finish(outcome: { readonly value: T } | { readonly error: unknown }): void {
    if (this.#outcome !== undefined) {
      throw new InvalidStateError(`${this.toString()} has its outcome already; the first one stays`)
    }
    this.#outcome = outcome
    this.#done('finished')
  }

  #done(state: FutureState): void {
    this.#state = state
    const callbacks = this.#callbacks as ((future: unknown) => unknown)[] | undefined
    this.#callbacks = undefined
    this.#onCancel = undefined
    this.#settle?.()
    if (state !== 'cancelled') this.#tellWaiters()
    for (const callback of callbacks ?? []) report<unknown>(callback, this)
  }

  #tellWaiters(): void {
    const waiters = this.#waiters
    this.#waiters = undefined
    for (const told of waiters ?? []) told(this as never)
  }

  #asPromise(): Promise<T> {
    return (this.#promise ??= this.#makePromise())
  }

  #makePromise(): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    this.#settle = () => {
      if (this.#outcome === undefined) return
      if ('error' in this.#outcome) reject(this.#outcome.error)
      else resolve(this.#outcome.value)
    }
    this.#settle()
    promise.catch(() => {})
    return promise
  }

  /** @internal Whether those who `wait` for it have nothing more to wait for. */
  get ended(): boolean {
    return this.#state === 'finished' || this.#state === 'cancelled-and-notified'
  }

  /** @internal Whether its call threw. */
  get failed(): boolean {
    return this.#state === 'finished' && this.#outcome !== undefined && 'error' in this.#outcome
  }

  /** @internal Calls `told` once it has {@link ended}. */
  addWaiter(told: (future: this) => void): void {
    ;(this.#waiters ??= new Set()).add(told)
  }

  /** @internal */
  removeWaiter(told: (future: this) => void): void {
    this.#waiters?.delete(told)
  }

  toString(): string {
    return `<Future ${this.#id} state=${this.#state}${this.#describeOutcome()}>`
  }

  #describeOutcome(): string {
    const outcome = this.#outcome
    if (outcome === undefined || this.cancelled()) return ''
    return 'error' in outcome ? ` raised ${typeName(outcome.error)}` : ` returned ${typeName(outcome.value)}`
  }

  [inspect.custom](): string {
    return this.toString()
  }
}

staysHere(Future, 'Await it here and send its value.')

function typeName(value: unknown): string {
  if (value === null) return 'null'
  if (typeof value !== 'object') return typeof value
  return value instanceof Error ? value.name : (value.constructor?.name ?? 'object')
}
