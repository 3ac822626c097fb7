import type { Answer } from '../process/index.ts'
import type { SubmitOptions } from './executor.ts'
import { type CallSite, Source, type SourceBatch } from './source.ts'

/** One call of `apply` or `submit`, and how to settle its promise. */
export interface Call {
  readonly args: readonly unknown[]
  readonly options: SubmitOptions
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  /** Where it was made. */
  readonly site: CallSite
  /** Its number, once it was handed out. */
  number: number | undefined
  /** Dropped before it was handed out. */
  withdrawn: boolean
  /** Called when it is settled, whatever way. */
  onDone: (() => void) | undefined
}

/** Calls of one task, made one at a time and sent in the order they were made. */
export class CallSource extends Source {
  /** Waiting to be handed out; those before `#head` were. */
  #waiting: Call[] = []
  #head = 0
  /** Those among the waiting that were withdrawn; they are skipped, since cutting each out would take ever longer. */
  #withdrawn = 0
  /** Handed out, by number. */
  readonly #running = new Map<number, Call>()
  #handedOut = 0

  add(call: Call): void {
    this.#waiting.push(call)
  }

  /** Calls that no worker has. */
  get backlog(): number {
    return this.#waiting.length - this.#head - this.#withdrawn
  }

  /** Calls that are not settled. */
  get pending(): number {
    return this.outstanding + this.backlog
  }

  /** Never finished by itself: another call may come. */
  get finished(): boolean {
    return false
  }

  wants(number: number): boolean {
    return this.#running.has(number)
  }

  /** Forgets a call that was rejected; true when no worker has it. */
  withdraw(call: Call): boolean {
    if (call.number !== undefined) return !this.#running.delete(call.number)
    if (call.withdrawn) return true
    call.withdrawn = true
    this.#withdrawn++
    this.#tidy()
    return true
  }

  /** Calls in other workers go on: they found the task ready. */
  override loadFailed(batch: SourceBatch, error: unknown): void {
    this.outstanding -= batch.inputs.length - batch.answered
    const numbers = [batch, ...this.takeReturned()].flatMap(({ first, answered, inputs }) => {
      return inputs.slice(answered).map((_, index) => first + answered + index)
    })
    for (const number of numbers) this.rejected(number, error)
    this.#rejectWaiting(error)
  }

  #rejectWaiting(error: unknown): void {
    const waiting = this.#waiting.slice(this.#head).filter((call) => !call.withdrawn)
    this.#waiting = []
    this.#head = this.#withdrawn = 0
    for (const call of waiting) {
      call.onDone?.()
      call.reject(error)
    }
  }

  abandon(error: unknown): void {
    this.takeReturned()
    for (const number of this.#running.keys()) this.rejected(number, error)
    this.#rejectWaiting(error)
  }

  override progress(number: number, value: unknown): void {
    this.#running.get(number)?.options.onProgress?.(value)
  }

  protected callSite(number: number): CallSite | undefined {
    return this.#running.get(number)?.site
  }

  protected get hasInputs(): boolean {
    return this.backlog > 0
  }

  protected pull(max: number): { readonly inputs: readonly unknown[]; readonly first: number } | undefined {
    if (this.backlog === 0) return undefined
    const calls: Call[] = []
    const first = this.#handedOut
    while (calls.length < max && this.#head < this.#waiting.length) {
      const call = this.#waiting[this.#head++]
      if (call === undefined || call.withdrawn) {
        this.#withdrawn--
        continue
      }
      call.number = this.#handedOut++
      this.#running.set(call.number, call)
      calls.push(call)
    }
    this.#tidy()
    for (const call of calls) call.options.onStart?.()
    return { inputs: calls.map((call) => call.args), first }
  }

  /** Drops what was handed out or withdrawn, now and then, so that the cost per call is constant however many wait. */
  #tidy(): void {
    if (this.backlog === 0) {
      this.#waiting = []
    } else if (this.#head > 1024 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head)
    } else if (this.#withdrawn > 1024 && this.#withdrawn > this.backlog) {
      this.#waiting = this.#waiting.slice(this.#head).filter((call) => !call.withdrawn)
      this.#withdrawn = 0
    } else {
      return
    }
    this.#head = 0
    if (this.#waiting.length === 0) this.#withdrawn = 0
  }

  protected override settling(
    first: number,
    calls: number,
    worker: { readonly name: string; readonly pid: number },
    answer: Answer,
  ): void {
    const duration = answer.elapsed / calls
    for (let index = 0; index < calls; index++) {
      this.#running.get(first + index)?.options.onSettled?.({
        worker: worker.name,
        pid: worker.pid,
        startedAt: answer.startedAt + index * duration,
        duration,
      })
    }
  }

  protected resolved(number: number, value: unknown): void {
    this.#take(number)?.resolve(value)
  }

  protected rejected(number: number, error: unknown): void {
    this.#take(number)?.reject(error)
  }

  #take(number: number): Call | undefined {
    const call = this.#running.get(number)
    this.#running.delete(number)
    call?.onDone?.()
    return call
  }

  protected settled(): void {}
}
