import { type TaskReference, referenceKey } from '../task/index.ts'
import type { BodyEnd, BodyOptions, WorkerBody } from './body.ts'
import type { WorkerEnd } from './errors.ts'
import { readLines } from './lines.ts'
import { startProcess } from './process-body.ts'
import { CURRENT_BATCH, CURRENT_INDEX, type FromWorker, type ToWorker, type WorkerSettings } from './protocol.ts'
import { startThread } from './thread-body.ts'

export type WorkerKind = 'thread' | 'process'

/** Calls of one task that travel together. The worker answers them in order. */
export interface Batch {
  readonly reference: TaskReference
  /** Whether each input is a list of arguments. */
  readonly spread: boolean
  /** Becomes shorter when the worker gives the rest back. */
  inputs: readonly unknown[]
  /** Whether its calls stay together, whoever is idle. */
  readonly whole: boolean
  /** Limit of each call in milliseconds. */
  readonly timeout: number | undefined
  /** How many of the inputs were answered; kept by the worker that has the batch. */
  answered: number
}

/** Why the owner ended a worker before its time. */
export type Verdict =
  | { readonly kind: 'timeout'; readonly timeout: number }
  | { readonly kind: 'import-timeout'; readonly timeout: number }
  | { readonly kind: 'unreadable'; readonly error: unknown }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'terminated' }

/** What a worker left behind when it ended. */
export interface Remains {
  readonly end: WorkerEnd
  readonly verdict: Verdict | undefined
  /** Batches not answered in full, in the order they were sent. */
  readonly batches: readonly Batch[]
  /** Index in the first batch of the call that was running; undefined where that cannot be told. */
  readonly running: number | undefined
  /** Whether it had become ready. */
  readonly wasReady: boolean
}

export interface Answer {
  readonly values: readonly unknown[]
  /** Positions in `values` that hold thrown errors. */
  readonly errors: readonly number[] | null
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** Milliseconds that these calls took together. */
  readonly elapsed: number
}

export interface WorkerEvents {
  onReady(worker: WorkerHandle): void
  /** Answers for the inputs of `batch` from `batch.answered - answer.values.length`. */
  onAnswer(worker: WorkerHandle, batch: Batch, answer: Answer): void
  /** Inputs of a batch, from `from` on, that were revoked: none of them ran. */
  onReturned(worker: WorkerHandle, batch: Batch, inputs: readonly unknown[], from: number): void
  /** The task of a batch cannot be made ready; nothing of the batch ran. */
  onLoadFailed(worker: WorkerHandle, batch: Batch, error: unknown): void
  /** The worker cannot decode what a batch holds; nothing of it ran. */
  onUnreadable(worker: WorkerHandle, batch: Batch, error: unknown): void
  onProgress(batch: Batch, index: number, value: unknown): void
  onLine(worker: WorkerHandle, line: string, stream: 'stdout' | 'stderr' | 'log'): void
  /** Once, after everything else. */
  onEnd(worker: WorkerHandle, remains: Remains): void
}

export interface WorkerOptions extends Omit<BodyOptions, 'settings' | 'onEnd'> {
  readonly kind: WorkerKind
  readonly name: string
  readonly initializer: WorkerSettings['initializer']
  /** Limit of importing a task's module, in milliseconds. */
  readonly importTimeout: number
}

/**
 * The owner's handle of one worker.
 *
 * Modes: `starting` (may be sent batches already) → `ready` → `closing` (no more batches) → `ended`. Any mode goes
 * to `ended` when the worker dies, and {@link WorkerEvents.onEnd} hands back what it had not answered.
 */
export class WorkerHandle {
  readonly name: string
  readonly kind: WorkerKind
  readonly #events: WorkerEvents
  readonly #body: WorkerBody
  readonly #importTimeout: number
  readonly #tasks = new Map<string, number>()
  /** In hand, by the number they were sent under; a Map keeps the order. */
  readonly #batches = new Map<number, Batch>()
  #mode: 'starting' | 'ready' | 'closing' | 'ended' = 'starting'
  #askedToEnd = false
  #lastBatch = 0
  /** Whether it was asked to give back what it has not begun, and has not answered yet. */
  #revoking = false
  #verdict: Verdict | undefined
  #fatal: { readonly cause: unknown } | undefined
  #deadline: NodeJS.Timeout | undefined
  #end: WorkerEnd | undefined
  /** Calls answered with a value, and with an error. */
  done = 0
  failed = 0
  /** Batches taken over its life. */
  taken = 0
  /** When the running call began, in milliseconds since the epoch. */
  busySince = 0

  constructor({ kind, name, initializer, importTimeout, ...options }: WorkerOptions, events: WorkerEvents) {
    this.name = name
    this.kind = kind
    this.#events = events
    this.#importTimeout = importTimeout
    const start = kind === 'thread' ? startThread : startProcess
    this.#body = start({ ...options, settings: { name, initializer }, onEnd: (end) => this.#ended(end) })
    const unreadable = (error: unknown): void => this.kill({ kind: 'unreadable', error })
    this.#body.channel.listen((message) => this.#receive(message as FromWorker), () => {}, unreadable)
    readLines(this.#body.outputs.stdout, (line) => events.onLine(this, line, 'stdout'))
    readLines(this.#body.outputs.stderr, (line) => events.onLine(this, line, 'stderr'))
    // Whoever has work for it keeps the program alive.
    this.#body.unref()
  }

  get pid(): number {
    return this.#body.pid
  }

  get mode(): 'starting' | 'ready' | 'closing' | 'ended' {
    return this.#mode
  }

  /** How it ended, once it has. */
  get end(): WorkerEnd | undefined {
    return this.#end
  }

  /** Whether its end, once it came, was its owner's wish. */
  get endedAsAsked(): boolean {
    return this.#askedToEnd
  }

  /** Batches in its hands. */
  get load(): number {
    return this.#batches.size
  }

  /** The batch whose calls run now. */
  get head(): Batch | undefined {
    return this.#batches.values().next().value
  }

  /** Whether it takes batches. */
  get open(): boolean {
    return (this.#mode === 'starting' || this.#mode === 'ready') && this.#verdict === undefined
  }

  /**
   * Gives it a batch.
   *
   * @throws NotSerializableError when an input cannot travel; the batch was not taken then.
   */
  send(batch: Batch): void {
    const key = referenceKey(batch.reference)
    let task = this.#tasks.get(key)
    if (task === undefined) {
      task = this.#tasks.size + 1
      this.#post(['load', task, batch.reference])
      this.#tasks.set(key, task)
    }
    const id = this.#lastBatch + 1
    this.#post(['calls', id, task, batch.spread, batch.inputs])
    this.#lastBatch = id
    this.#batches.set(id, batch)
    this.taken++
    if (this.#batches.size === 1) this.#headChanged()
  }

  /** Asks the call `index` of a batch in its hands to stop. */
  cancel(batch: Batch, index: number): void {
    for (const [id, candidate] of this.#batches) {
      if (candidate === batch) this.#post(['cancel', id, index])
    }
  }

  /** Whether calls wait in it that it could give back. */
  get queued(): boolean {
    if (this.#revoking) return false
    const { head } = this
    return this.#batches.size > 1 || (head !== undefined && !head.whole && head.inputs.length - head.answered > 1)
  }

  /** Asks for the calls that it has not begun; {@link WorkerEvents.onReturned} tells which came back. */
  revoke(): void {
    const [first] = this.#batches
    this.#revoking = true
    this.#post(['revoke', first === undefined || first[1].whole ? 0 : first[0]])
  }

  /** Lets it finish what it has, tear down and end. */
  close(): void {
    if (this.#mode === 'closing' || this.#mode === 'ended') return
    this.#mode = 'closing'
    this.#askedToEnd = true
    this.#body.ref()
    this.#post(['close'])
  }

  /** Ends it at once. */
  kill(verdict: Verdict): void {
    if (this.#mode === 'ended') return
    this.#verdict ??= verdict
    this.#askedToEnd = true
    clearTimeout(this.#deadline)
    this.#body.ref()
    this.#body.kill()
  }

  #post(message: ToWorker): void {
    this.#body.channel.send(message)
  }

  #receive(message: FromWorker): void {
    switch (message[0]) {
      case 'ready':
        if (this.#mode === 'starting') this.#mode = 'ready'
        return this.#events.onReady(this)
      case 'loading':
        return this.#limit(this.#importTimeout, { kind: 'import-timeout', timeout: this.#importTimeout })
      case 'loaded':
        for (const { reference } of this.#batches.values()) {
          if (reference.kind === 'defined' && this.#tasks.get(referenceKey(reference)) === message[1]) reference.name = message[2]
        }
        return this.#headChanged()
      case 'results':
        return this.#answered(message[1], { values: message[2], errors: message[3], startedAt: message[4], elapsed: message[5] })
      case 'returned':
        this.#revoking = false
        for (const [id, from] of message[1]) this.#returned(id, from)
        return
      case 'load-failed': {
        const batch = this.#batches.get(message[1])
        this.#batches.delete(message[1])
        this.#headChanged()
        if (batch) this.#events.onLoadFailed(this, batch, message[2])
        return
      }
      case 'unreadable': {
        const batch = this.#batches.get(message[1])
        this.#batches.delete(message[1])
        this.#headChanged()
        if (batch) this.#events.onUnreadable(this, batch, message[2])
        return
      }
      case 'progress': {
        const batch = this.#batches.get(message[1])
        if (batch) this.#events.onProgress(batch, message[2], message[3])
        return
      }
      case 'log':
        return this.#events.onLine(this, message[1], 'log')
      case 'fatal':
        this.#fatal = { cause: message[1] }
    }
  }

  #returned(id: number, from: number): void {
    const batch = this.#batches.get(id)
    if (batch === undefined) return
    const inputs = batch.inputs.slice(from)
    batch.inputs = batch.inputs.slice(0, from)
    if (from === 0) {
      this.#batches.delete(id)
      this.taken--
    }
    this.#events.onReturned(this, batch, inputs, from)
  }

  #answered(id: number, answer: Answer): void {
    const batch = this.#batches.get(id)
    if (batch === undefined) return
    const failed = answer.errors?.length ?? 0
    this.failed += failed
    this.done += answer.values.length - failed
    batch.answered += answer.values.length
    if (batch.answered >= batch.inputs.length) this.#batches.delete(id)
    this.#headChanged()
    this.#events.onAnswer(this, batch, answer)
  }

  /** Another call runs now, or none: its time begins. */
  #headChanged(): void {
    this.busySince = Date.now()
    this.#body.watch?.(this.#batches.size > 0)
    const timeout = this.head?.timeout
    if (timeout === undefined) clearTimeout(this.#deadline)
    else this.#limit(timeout, { kind: 'timeout', timeout })
  }

  #limit(milliseconds: number, verdict: Verdict): void {
    clearTimeout(this.#deadline)
    // Node's timers take at most 2^31 - 1; what is longer is as good as no limit.
    if (milliseconds < 2 ** 31) this.#deadline = setTimeout(() => this.kill(verdict), milliseconds)
  }

  #ended({ reason, cause, ...end }: BodyEnd): void {
    const wasReady = this.#mode !== 'starting'
    this.#mode = 'ended'
    clearTimeout(this.#deadline)
    const uncaught = this.#fatal && this.#verdict === undefined
    const truth = uncaught ? { reason: 'uncaught' as const, cause: this.#fatal?.cause } : { reason: wasReady ? reason : this.#verdict ? reason : 'start' as const, cause }
    this.#end = { ...end, ...truth, worker: this.name }
    const [first] = this.#batches
    const current = this.#body.current
    const running = first && current?.load(CURRENT_BATCH) === first[0] ? current.load(CURRENT_INDEX) : undefined
    const batches = [...this.#batches.values()]
    this.#batches.clear()
    this.#events.onEnd(this, { end: this.#end, verdict: this.#verdict, batches, running, wasReady })
  }
}
