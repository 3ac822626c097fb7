import type { TaskReference } from '../task/index.ts'
import type { Pace } from './pace.ts'
import { type CallOptions, type CallSite, Source } from './source.ts'

/** Inputs of a `map`: anything that can be iterated, now or over time. */
export type Inputs<T> = Iterable<T> | AsyncIterable<T>

/** What becomes of the outcomes of an {@link InputSource}. */
export interface Sink {
  /** How many inputs may be ahead of what was consumed. */
  readonly window: number
  /** Outcomes that were handed to the consumer. */
  readonly consumed: number
  resolved(number: number, value: unknown): void
  rejected(number: number, error: unknown): void
  /** Taking an input failed: no more will come. */
  inputFailed(number: number, error: unknown): void
  /** After a group of outcomes; `total` is set once every input has its outcome. */
  settled(total: number | undefined): void
  /** Nothing more will come, because of this error. */
  abandoned(error: unknown): void
}

const DONE: IteratorResult<unknown> = { value: undefined, done: true }

/** Inputs taken one after the other, only as far ahead as its sink allows, and an outcome for each. */
export class InputSource extends Source {
  readonly #sink: Sink
  readonly #wake: () => void
  /** Let go of at the end: V8 keeps all that the functions on a stack belong to. */
  #site: CallSite
  readonly #onFinished: (() => void)[] = []
  readonly #list: readonly unknown[] | undefined
  readonly #iterator: Iterator<unknown> | undefined
  readonly #asyncIterator: AsyncIterator<unknown> | undefined
  /** Inputs that came from an async iterator and were not handed out yet. */
  readonly #arrived: unknown[] = []
  #waiting = false
  /** Inputs handed out. */
  #taken = 0
  #exhausted = false
  #abandoned = false

  /** @param wake - called when there is something to take again. */
  constructor(
    reference: TaskReference,
    pace: Pace,
    spread: boolean,
    options: CallOptions,
    site: CallSite,
    inputs: Inputs<unknown>,
    sink: Sink,
    wake: () => void,
  ) {
    super(reference, pace, spread, options)
    this.#site = site
    this.onFinished(() => (this.#site = {}))
    this.#sink = sink
    this.#wake = wake
    try {
      if (Array.isArray(inputs)) this.#list = inputs
      // A string can be iterated too, and `in` takes objects only.
      else if (typeof inputs !== 'string' && Symbol.asyncIterator in inputs)
        this.#asyncIterator = inputs[Symbol.asyncIterator]()
      else this.#iterator = inputs[Symbol.iterator]()
    } catch (error) {
      this.#inputFailed(error)
    }
  }

  wants(): boolean {
    return !this.#abandoned
  }

  get finished(): boolean {
    return this.#abandoned || (this.#exhausted && this.outstanding === 0 && !this.ready)
  }

  /** Calls `callback` once nothing more comes from it. */
  onFinished(callback: () => void): void {
    this.#onFinished.push(callback)
  }

  /** Takes no more inputs once the signal is aborted, and tells its reason after the results of those it took. */
  haltOn(signal: AbortSignal): void {
    const halt = (): void => this.#halt(signal.reason)
    signal.addEventListener('abort', halt, { once: true })
    this.onFinished(() => signal.removeEventListener('abort', halt))
  }

  override get expecting(): boolean {
    return this.#waiting && !this.#exhausted
  }

  /** Inputs left, where that is known: it keeps the last batches small. */
  get left(): number {
    return this.#list === undefined ? Infinity : this.#list.length - this.#taken
  }

  /** The consumer took something, so that more may be taken in. */
  refill(): void {
    if (this.#asyncIterator) this.#fetch()
    if (this.ready) this.#wake()
  }

  /** Reports the end of an empty source, which no outcome would. */
  begin(): void {
    if (this.#list?.length === 0) this.#exhausted = true
    if (this.#asyncIterator) this.#fetch()
    if (this.finished) this.settled()
  }

  abandon(error: unknown): void {
    if (this.finished) return
    this.#stop()
    this.#sink.abandoned(error)
  }

  /** Stops taking inputs and tells the iterator so. */
  #stop(): void {
    this.#abandoned = true
    for (const callback of this.#onFinished) callback()
    this.takeReturned()
    this.#closeInputs()
  }

  #halt(error: unknown): void {
    if (this.finished || (this.#exhausted && this.#arrived.length === 0)) return
    this.#arrived.length = 0
    this.#closeInputs()
    this.#inputFailed(error)
  }

  #closeInputs(): void {
    if (this.#exhausted) return
    this.#exhausted = true
    // What the user's iterator does on its way out is not this map's concern any more.
    try {
      this.#iterator?.return?.()
      this.#asyncIterator?.return?.()?.then(undefined, () => {})
    } catch {}
  }

  /** The consumer wants no more. */
  cancel(): void {
    if (!this.finished) this.#stop()
  }

  #allowance(): number {
    return this.#sink.window - (this.#taken - this.#sink.consumed)
  }

  protected get hasInputs(): boolean {
    if (this.#exhausted && this.#arrived.length === 0) return false
    if (this.#allowance() <= 0 || this.#abandoned) return false
    return this.#asyncIterator === undefined || this.#arrived.length > 0
  }

  protected pull(max: number): { readonly inputs: readonly unknown[]; readonly first: number } | undefined {
    if (!this.hasInputs) return undefined
    const first = this.#taken
    const inputs = this.#next(Math.min(max, this.#allowance()))
    this.#taken += inputs.length
    if (this.#asyncIterator) this.#fetch()
    if (inputs.length > 0) return { inputs, first }
    if (this.finished) this.settled()
    return undefined
  }

  #next(wanted: number): readonly unknown[] {
    if (this.#list) {
      const inputs = this.#list.slice(this.#taken, this.#taken + wanted)
      if (this.#taken + inputs.length >= this.#list.length) this.#exhausted = true
      return inputs
    }
    if (this.#asyncIterator) return this.#arrived.splice(0, wanted)
    const inputs: unknown[] = []
    try {
      while (inputs.length < wanted && !this.#exhausted) {
        const next = this.#iterator?.next() ?? DONE
        if (next.done) this.#exhausted = true
        else inputs.push(next.value)
      }
    } catch (error) {
      // The end is told when those before it have their outcomes.
      this.#exhausted = true
      this.#sink.inputFailed(this.#taken + inputs.length, error)
    }
    return inputs
  }

  /** Takes one input after the other from an async iterator, up to the window. */
  #fetch(): void {
    if (this.#waiting || this.#exhausted || this.#allowance() - this.#arrived.length <= 0) return
    this.#waiting = true
    const arrived = ({ value, done }: IteratorResult<unknown>): void => {
      this.#waiting = false
      if (this.#abandoned || this.#exhausted) return
      if (done) this.#exhausted = true
      else this.#arrived.push(value)
      this.#fetch()
      if (this.finished) this.settled()
      // At the end too: a pool that is closing waits for it.
      if (this.ready || this.#exhausted) this.#wake()
    }
    const failed = (error: unknown): void => {
      this.#waiting = false
      if (this.#abandoned || this.#exhausted) return
      this.#inputFailed(error)
      this.#wake()
    }
    try {
      Promise.resolve(this.#asyncIterator?.next())
        .then((result) => arrived(result ?? DONE))
        .catch(failed)
    } catch (error) {
      failed(error)
    }
  }

  #inputFailed(error: unknown): void {
    this.#exhausted = true
    this.#sink.inputFailed(this.#taken + this.#arrived.length, error)
    if (this.finished) this.settled()
  }

  protected resolved(number: number, value: unknown): void {
    if (!this.#abandoned) this.#sink.resolved(number, value)
  }

  protected rejected(number: number, error: unknown): void {
    if (!this.#abandoned) this.#sink.rejected(number, error)
  }

  protected settled(): void {
    if (this.#abandoned) return
    this.#sink.settled(this.finished ? this.#taken : undefined)
    if (this.finished) for (const callback of this.#onFinished) callback()
  }

  protected callSite(): CallSite {
    return this.#site
  }
}
