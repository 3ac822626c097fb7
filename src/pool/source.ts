import type { Duration } from '../options/index.ts'
import { count, duration } from '../options/index.ts'
import type { Answer, Batch } from '../process/index.ts'
import type { TaskReference } from '../task/index.ts'
import type { Pace } from './pace.ts'

/** Calls on their way to a worker, and whom their outcomes belong to. */
export interface SourceBatch extends Batch {
  readonly source: Source
  /** Number of the first input within its source. */
  readonly first: number
  /** One of them may have killed a worker, so each is tried alone. */
  readonly suspect: boolean
  /** Sent to a worker, so perhaps started. */
  sent: boolean
}

/** Options of the calls of one source. */
export interface CallOptions {
  /** How long each call may run, counted from its start in the worker. @default no limit */
  readonly timeout?: Duration | undefined
  /**
   * Calls that travel together. With 1, calls start in input order, each in the next worker that is free.
   *
   * @default as many as make about a millisecond of work, learned while running; short calls then travel ahead
   */
  readonly chunkSize?: number | undefined
}

/**
 * Where a scheduler gets calls from, and where their outcomes go: the inputs of a `map`, or the calls of `apply`.
 *
 * The source owns every call until it was settled. A batch that comes back unanswered is handed out again first.
 */
export abstract class Source {
  readonly reference: TaskReference
  readonly spread: boolean
  readonly timeout: number | undefined
  readonly chunkSize: number | undefined
  readonly pace: Pace
  readonly #returned: SourceBatch[] = []
  /** Calls handed out and not settled. */
  outstanding = 0
  /** Workers that died, one after the other, while they made its task ready. */
  failedLoads = 0
  /** Workers that died, one after the other, between its calls. */
  strayDeaths = 0

  constructor(reference: TaskReference, pace: Pace, spread: boolean, { timeout, chunkSize }: CallOptions) {
    this.reference = reference
    this.pace = pace
    this.spread = spread
    this.timeout = timeout === undefined ? undefined : duration('timeout', timeout)
    this.chunkSize = chunkSize === undefined ? undefined : count('chunkSize', chunkSize)
  }

  /** Whether inputs were asked for that are not there yet. */
  get expecting(): boolean {
    return false
  }

  /** Whether {@link take} would give something now. */
  get ready(): boolean {
    return this.#returned.length > 0 || this.hasInputs
  }

  /** Batches that a worker may have in its hands for the next one to be given to it. */
  get depth(): number {
    return this.chunkSize === 1 || this.#returned[0]?.suspect ? 1 : this.pace.depth
  }

  /** Up to `max` calls; undefined when there are none now. */
  take(max: number): SourceBatch | undefined {
    let batch = this.#returned.shift() ?? this.#fresh(max)
    if (batch === undefined) return undefined
    const { inputs, first } = batch
    if (inputs.length > max && !batch.whole) {
      this.#returned.unshift(this.#batch(inputs.slice(max), first + max, false))
      batch = this.#batch(inputs.slice(0, max), first, false)
    }
    this.outstanding += batch.inputs.length
    return batch
  }

  #fresh(max: number): SourceBatch | undefined {
    const taken = this.pull(max)
    return taken && this.#batch(taken.inputs, taken.first, false)
  }

  #batch(inputs: readonly unknown[], first: number, suspect: boolean): SourceBatch {
    const { reference, spread, timeout } = this
    const whole = this.chunkSize !== undefined
    return { source: this, reference, spread, timeout, inputs, first, whole, suspect, answered: 0, sent: false }
  }

  /** Takes back the calls `from..to-1` of a batch, to be handed out again. */
  giveBack(batch: SourceBatch, from: number, to: number, suspect: boolean): void {
    this.takeBack(batch.inputs.slice(from, to), batch.first + from, suspect)
  }

  /** Takes back calls that were handed out, of which the first has the number `first`. */
  takeBack(inputs: readonly unknown[], first: number, suspect: boolean): void {
    if (inputs.length === 0) return
    this.outstanding -= inputs.length
    if (!suspect && inputs.every((_, index) => this.wants(first + index))) {
      this.#returned.unshift(this.#batch(inputs, first, false))
    } else {
      const batches = inputs.map((input, index) => this.#batch([input], first + index, suspect))
      this.#returned.unshift(...batches.filter((batch) => this.wants(batch.first)))
    }
  }

  /** Outcomes for the last `answer.values.length` answered inputs of a batch. */
  answered(batch: SourceBatch, worker: { readonly name: string; readonly pid: number }, answer: Answer): void {
    const { values, errors } = answer
    const first = batch.first + batch.answered - values.length
    this.outstanding -= values.length
    this.strayDeaths = 0
    this.settling?.(batch.first + batch.answered - values.length, values.length, worker, answer)
    if (errors === null) {
      for (let index = 0; index < values.length; index++) this.resolved(first + index, values[index])
    } else {
      const thrown = new Set(errors)
      for (let index = 0; index < values.length; index++) {
        if (thrown.has(index))
          this.rejected(first + index, joinStacks(values[index], this.callSite(first + index), worker.name))
        else this.resolved(first + index, values[index])
      }
    }
    this.settled()
  }

  /** The call `index` of a batch has no result and never will. */
  failed(batch: SourceBatch, index: number, error: unknown): void {
    this.outstanding--
    this.rejected(batch.first + index, atCallSite(error, this.callSite(batch.first + index)))
    this.settled()
  }

  /** What was given back, which is then not handed out again. */
  protected takeReturned(): SourceBatch[] {
    return this.#returned.splice(0)
  }

  /** The task of a batch cannot be made ready; none of its calls ran. */
  loadFailed(batch: SourceBatch, error: unknown): void {
    this.outstanding -= batch.inputs.length - batch.answered
    this.abandon(error)
  }

  /** Whether anybody still waits for the outcome of a call that was handed out. */
  abstract wants(number: number): boolean
  /** Whether there is nothing more to come from it. */
  abstract get finished(): boolean
  /** Rejects everything that is not settled, and hands out nothing more. */
  abstract abandon(error: unknown): void
  /** What a running call sent. */
  progress?(number: number, value: unknown): void

  /** Where the call was made, to be added to the stack of its error. */
  protected abstract callSite(number: number): CallSite | undefined
  /** Whether {@link pull} would give something now. */
  protected abstract get hasInputs(): boolean
  /** Up to `max` new inputs, with the number of the first. */
  protected abstract pull(max: number): { readonly inputs: readonly unknown[]; readonly first: number } | undefined
  protected abstract resolved(number: number, value: unknown): void
  protected abstract rejected(number: number, error: unknown): void
  /** After each group of outcomes. */
  protected abstract settled(): void
  protected settling?(
    first: number,
    calls: number,
    worker: { readonly name: string; readonly pid: number },
    answer: Answer,
  ): void
}

const thrownByTasks = new WeakSet<object>()

/** Whether an error came from a task: one of ours may, from a pool inside the task, and then says nothing of this pool. */
export function wasThrownByTask(error: unknown): boolean {
  return error instanceof Error && thrownByTasks.has(error)
}

/** A stack that V8 formats only when it is read. */
export interface CallSite {
  readonly stack?: string
}

/** Puts the place of the call in place of that where the pool found the error out, which tells nobody anything. */
function atCallSite(error: unknown, callSite: CallSite | undefined): unknown {
  if (!(error instanceof Error) || callSite?.stack === undefined) return error
  error.stack = `${error.name}: ${error.message}\n${callSite.stack.split('\n').slice(1).join('\n')}`
  return error
}

/** Adds the place of the call to the stack of an error that comes from a worker. */
function joinStacks(error: unknown, callSite: CallSite | undefined, worker: string): unknown {
  if (!(error instanceof Error)) return error
  thrownByTasks.add(error)
  if (callSite?.stack === undefined) return error
  const here = callSite.stack.split('\n').slice(1).join('\n')
  error.stack = `${error.stack ?? `${error.name}: ${error.message}`}\n    at worker ${worker}, called\n${here}`
  return error
}
