import type { Answer } from '../process/index.ts'
import type { SubmitOptions } from './executor.ts'
import { type CallSite, Source } from './source.ts'

/** One call of `apply` or `submit`, and how to settle its promise. */
export interface Call {
  readonly args: readonly unknown[]
  readonly options: SubmitOptions
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  /** Where it was made. */
  readonly site: CallSite
  /** Called when it is settled, whatever way. */
  onDone?: () => void
}

/** Calls of one task, made one at a time and sent in the order they were made. */
export class CallSource extends Source {
  /** Waiting to be handed out; those before `#head` were. */
  #waiting: Call[] = []
  #head = 0
  /** Handed out, by number. */
  readonly #running = new Map<number, Call>()
  #handedOut = 0

  add(call: Call): void {
    this.#waiting.push(call)
  }

  /** Calls that no worker has. */
  get backlog(): number {
    return this.#waiting.length - this.#head
  }

  /** Calls that are not settled. */
  get pending(): number {
    return this.outstanding + this.backlog
  }

  /** Never finished by itself: another call may come. */
  get finished(): boolean {
    return false
  }

  /** Drops a call; true when it had not been handed out. */
  withdraw(call: Call): boolean {
    const index = this.#waiting.indexOf(call, this.#head)
    if (index < 0) return false
    this.#waiting.splice(index, 1)
    return true
  }

  /** The number of a call that was handed out. */
  numberOf(call: Call): number | undefined {
    for (const [number, running] of this.#running) if (running === call) return number
    return undefined
  }

  abandon(error: unknown): void {
    const pending = [...this.#running.values(), ...this.#waiting.slice(this.#head)]
    this.forget()
    this.#running.clear()
    this.#waiting = []
    this.#head = 0
    for (const call of pending) {
      call.onDone?.()
      call.reject(error)
    }
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
    const calls = this.#waiting.slice(this.#head, this.#head + max)
    this.#head += calls.length
    // Cutting the front off now and then keeps the cost per call constant, however long the queue is.
    if (this.#head > 1024 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head)
      this.#head = 0
    }
    const first = this.#handedOut
    for (const call of calls) this.#running.set(this.#handedOut++, call)
    return { inputs: calls.map((call) => call.args), first }
  }

  protected override settling(first: number, calls: number, worker: { readonly name: string; readonly pid: number }, answer: Answer): void {
    const duration = answer.elapsed / calls
    for (let index = 0; index < calls; index++) {
      this.#running.get(first + index)?.options.onSettled?.({
        worker: worker.name, pid: worker.pid, startedAt: answer.startedAt + index * duration, duration,
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
