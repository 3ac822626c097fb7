import type { Callable, CallInfo, Executor, SubmitOptions } from '../../pool/index.ts'
import type { RunEvent } from '../events.ts'
import { describeError } from '../failure.ts'
import type { Entry } from '../writer/batch.ts'
import type { Recorder } from '../writer/recorder.ts'
import type { Dealer } from './lanes.ts'
import type { Planned } from './planner.ts'
import { Retries } from './retries.ts'
import type { Tally } from './tally.ts'

/** An item on its way from the inputs to its outcome. */
interface Entering<V> {
  readonly planned: Planned<V>
  readonly lane: number
  /** 1 for the first attempt. */
  attempt: number
}

/**
 * At most so many items are in the hands of workers or wait to be tried again, or eight for each worker. An item costs
 * this thread some microseconds, so these are some milliseconds of its work: more would only be held in memory.
 */
const MOST_HELD = 512
const HELD_PER_WORKER = 8

export interface SchedulerOptions<V, R> {
  readonly task: Callable<[V], R>
  readonly dealer: Dealer<V>
  readonly recorder: Recorder
  readonly tally: Tally
  /** Made when there is the first item to hand out. */
  readonly executor: () => Executor
  readonly retries: number
  readonly backoff: (failed: number) => number
  readonly timeout: number | undefined
  /** Cancels what is in hand, where the workers are not ours to end. */
  readonly signal: AbortSignal | undefined
  /** Undefined when nobody listens: then no event is made. */
  readonly emit: ((event: RunEvent<R>) => void) | undefined
  /** Errors that no item is to blame for, such as a task that cannot be loaded. */
  readonly isFatal: (error: unknown) => boolean
  readonly onFatal: (error: unknown) => void
  /** An item ended. */
  readonly onOutcome: () => void
  /** Nothing is in hand, and nothing more is to be handed out. */
  readonly onIdle: () => void
}

/**
 * Hands items to the workers as they have room, and what became of them to the recorder.
 *
 * - `open`: items are handed out while the executor and the recorder have room.
 * - `closing`: nothing more is handed out, also nothing again; what is in hand ends.
 * - `dropped`: what still ends is not looked at: the next run does it.
 */
export class Scheduler<V, R> {
  readonly #options: SchedulerOptions<V, R>
  readonly #retries: Retries<Entering<V>>
  #mode: 'open' | 'closing' | 'dropped' = 'open'
  #isPumping = false

  constructor(options: SchedulerOptions<V, R>) {
    this.#options = options
    this.#retries = new Retries(() => this.pump())
  }

  /** Hands out as much as there is room for. */
  pump(): void {
    // What is handed out may end at once, in the same turn.
    if (this.#isPumping) return
    this.#isPumping = true
    while (this.#mode === 'open' && this.#hasRoom()) {
      const entering = this.#retries.take() ?? this.#enter()
      if (entering === undefined) break
      this.#submit(entering)
    }
    this.#isPumping = false
    this.#lookIfIdle()
  }

  /** Hands out nothing more. What waits to be tried again is left to the next run. */
  close(): void {
    if (this.#mode === 'open') this.#mode = 'closing'
    this.#retries.clear()
    this.#lookIfIdle()
  }

  /** Forgets what is in hand. */
  drop(): void {
    this.#mode = 'dropped'
    this.#retries.clear()
    this.#options.tally.inHand = 0
    this.#options.onIdle()
  }

  #enter(): Entering<V> | undefined {
    const dealt = this.#options.dealer.take()
    return dealt && { ...dealt, attempt: 1 }
  }

  #hasRoom(): boolean {
    const { recorder, tally, executor } = this.#options
    if (!recorder.hasRoom()) return false
    // An executor that others use too may never tell us that it has room; one item of ours at least is in its queue.
    if (tally.inHand === 0) return this.#retries.size < MOST_HELD
    const { size } = executor()
    return tally.inHand + this.#retries.size < Math.max(MOST_HELD, size * HELD_PER_WORKER) && executor().room() > 0
  }

  #lookIfIdle(): void {
    const { tally, dealer, onIdle } = this.#options
    if (tally.inHand > 0) return
    if (this.#mode !== 'open' || (this.#retries.size === 0 && dealer.isExhausted)) onIdle()
  }

  #submit(entering: Entering<V>): void {
    const { task, executor, timeout, signal, tally, emit } = this.#options
    const { key, value } = entering.planned.item
    let info: CallInfo | undefined
    const options: SubmitOptions = {
      timeout,
      signal,
      onSettled: (settled) => {
        info = settled
      },
      onProgress: emit && ((progress) => emit({ type: 'progress', key, value: progress })),
    }
    tally.inHand++
    executor()
      .submit(task, [value], options)
      .then(
        (result) => this.#settle(entering, info, undefined, result),
        (error: unknown) => this.#settle(entering, info, { error }, undefined),
      )
  }

  #settle(
    entering: Entering<V>,
    info: CallInfo | undefined,
    failure: { readonly error: unknown } | undefined,
    value: R | undefined,
  ): void {
    const { tally, recorder, isFatal, onFatal } = this.#options
    if (this.#mode === 'dropped') return
    tally.inHand--
    if (failure === undefined) {
      let text: string | null = null
      let problem: { readonly error: unknown } | undefined
      try {
        text = recorder.encode(value)
      } catch (error) {
        problem = { error }
      }
      if (problem) this.#failed(entering, info, problem.error, false)
      else this.#done(entering, info, value as R, text)
    } else if (isFatal(failure.error)) onFatal(failure.error)
    else this.#failed(entering, info, failure.error, true)
    this.pump()
  }

  #done(entering: Entering<V>, info: CallInfo | undefined, value: R, text: string | null): void {
    const { recorder, tally, emit, onOutcome, dealer } = this.#options
    const entry = entryOf(entering, info, text, null)
    recorder.add(entry, value)
    tally.ended(entry.key, entry.duration, true)
    dealer.settled(entering.lane)
    if (emit)
      emit({
        type: 'done',
        key: entry.key,
        value,
        attempts: entry.attempts,
        duration: entry.duration,
        worker: entry.worker,
      })
    onOutcome()
  }

  #failed(entering: Entering<V>, info: CallInfo | undefined, error: unknown, mayRetry: boolean): void {
    const { recorder, tally, emit, retries, backoff, onOutcome, dealer } = this.#options
    const stored = describeError(error)
    const entry = entryOf(entering, info, null, JSON.stringify(stored), error)
    const { key, startedAt, duration, worker, pid, attempts: attempt } = entry
    recorder.addTry({ key, attempt, startedAt, duration, worker, pid, error: JSON.stringify(stored) })
    // A run that stops leaves the item to the next one, which has all its attempts.
    if (mayRetry && attempt <= retries) {
      if (this.#mode !== 'open') return
      const delay = backoff(attempt)
      tally.retried++
      this.#retries.add({ ...entering, attempt: attempt + 1 }, delay)
      if (emit) emit({ type: 'retry', key, error: stored, attempt, delay, worker })
      return
    }
    recorder.add(entry, undefined)
    tally.ended(key, duration, false)
    dealer.settled(entering.lane)
    if (emit) emit({ type: 'failed', key, error: stored, attempts: attempt, duration, worker })
    onOutcome()
  }
}

function entryOf<V>(
  entering: Entering<V>,
  info: CallInfo | undefined,
  value: string | null,
  error: string | null,
  thrown?: unknown,
): Entry {
  const {
    item: { key, fingerprint },
    known,
  } = entering.planned
  return {
    key,
    fingerprint,
    value,
    error,
    attempts: entering.attempt,
    startedAt: info?.startedAt ?? Date.now(),
    duration: info?.duration ?? 0,
    // A worker that died cannot say who it was; its error does.
    worker: info?.worker ?? workerOf(thrown),
    pid: info?.pid ?? 0,
    known,
  }
}

function workerOf(error: unknown): string {
  const { worker } = (error ?? {}) as { readonly worker?: unknown }
  return typeof worker === 'string' ? worker : ''
}
