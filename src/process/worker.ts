import type { Answer, Batch, Verdict } from './batch.ts'
import type { BodyEnd, BodyOptions, WorkerBody } from './body.ts'
import type { WorkerEnd } from './errors.ts'
import { KnownTasks } from './known-tasks.ts'
import { Limit } from './limit.ts'
import { readLines } from './lines.ts'
import { startProcess } from './process-body.ts'
import { CURRENT_BATCH, CURRENT_INDEX, type FromWorker, type ToWorker, type WorkerSettings } from './protocol.ts'
import { startThread } from './thread-body.ts'
import type { WorkerEvents } from './worker-events.ts'

export type WorkerKind = 'thread' | 'process'

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
  readonly #initializer: string
  readonly #tasks = new KnownTasks()
  /** In hand, by the number they were sent under; a Map keeps the order. */
  readonly #batches = new Map<number, Batch>()
  #mode: 'starting' | 'ready' | 'closing' | 'ended' = 'starting'
  #askedToEnd = false
  #lastBatch = 0
  /** Whether it was asked to give back what it has not begun, and has not answered yet. */
  #revoking = false
  #verdict: Verdict | undefined
  #fatal: { readonly cause: unknown } | undefined
  readonly #importLimit = new Limit()
  readonly #callLimit = new Limit()
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
    this.#initializer = initializer?.reference.name ?? ''
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

  /** Index of the running call of {@link head}, as far as that is known; undefined while its task is made ready. */
  get running(): number | undefined {
    const [first] = this.#batches
    if (first === undefined || !this.#tasks.isPrepared(first[1].reference)) return undefined
    return this.#current(first[0]) ?? first[1].answered
  }

  /** Indices of the calls of {@link head} of which one may be running. */
  mayRun(): number[] {
    const [first] = this.#batches
    if (first === undefined || !this.#tasks.isPrepared(first[1].reference)) return []
    const [id, { answered, inputs }] = first
    const current = this.#current(id)
    return current === undefined ? Array.from(inputs.slice(answered), (_, index) => answered + index) : [current]
  }

  /** Whether a call that it has not answered passes the test. */
  holds(test: (batch: Batch, index: number) => boolean): boolean {
    for (const batch of this.#batches.values()) {
      for (let index = batch.answered; index < batch.inputs.length; index++) if (test(batch, index)) return true
    }
    return false
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
    const { reference } = batch
    const task = this.#tasks.numberOf(reference) ?? this.#tasks.add(reference, (task) => this.#post(['load', task, reference]))
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

  /** Whether calls wait in it that it could give back, and was not asked for yet. */
  get queued(): boolean {
    if (this.#revoking) return false
    const { head } = this
    return this.#batches.size > 1 || (head !== undefined && !head.whole && head.inputs.length - head.answered > 1)
  }

  /** Asks for the calls that it has not begun; {@link WorkerEvents.onReturned} tells which came back. */
  revoke(): void {
    const [first] = this.#batches
    if (this.#revoking || first === undefined) return
    this.#revoking = true
    this.#post(['revoke', first[1].whole ? 0 : first[0]])
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
    this.#liftLimits()
    this.#body.ref()
    this.#body.kill()
  }

  #post(message: ToWorker): void {
    this.#body.channel.send(message)
  }

  /** What shared memory tells of the call that runs, if it is of this batch. */
  #current(batch: number): number | undefined {
    const { current } = this.#body
    return current?.load(CURRENT_BATCH) === batch ? current.load(CURRENT_INDEX) : undefined
  }

  #receive(message: FromWorker): void {
    switch (message[0]) {
      case 'ready':
        if (this.#mode === 'starting') this.#mode = 'ready'
        return this.#events.onReady(this)
      case 'loading':
        return this.#loading(message[1])
      case 'loaded':
        this.#importLimit.clear()
        return this.#tasks.rename(message[1], message[2])
      case 'prepared':
        this.#tasks.prepared(message[1])
        this.#headChanged()
        return this.#events.onPrepared(this)
      case 'results':
        return this.#answered(message[1], { values: message[2], errors: message[3], startedAt: message[4], elapsed: message[5] })
      case 'returned':
        this.#revoking = false
        for (const [id, from] of message[1]) this.#returned(id, from)
        return
      case 'load-failed':
      case 'unreadable': {
        const batch = this.#batches.get(message[1])
        this.#batches.delete(message[1])
        this.#headChanged()
        if (batch === undefined) return
        if (message[0] === 'unreadable') this.#events.onUnreadable(this, batch, message[2])
        else this.#events.onLoadFailed(this, batch, message[2])
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

  #loading(task: number): void {
    const timeout = this.#importTimeout
    const name = this.#tasks.nameOf(task) ?? this.#initializer
    this.#importLimit.set(timeout, () => this.kill({ kind: 'import-timeout', timeout, task: name }))
  }

  #returned(id: number, from: number): void {
    const batch = this.#batches.get(id)
    if (batch === undefined) return
    const inputs = batch.inputs.slice(from)
    batch.inputs = batch.inputs.slice(0, from)
    if (from === 0) {
      this.#batches.delete(id)
      this.taken--
      this.#headChanged()
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
    const { head } = this
    const timeout = head?.timeout
    if (head === undefined || timeout === undefined || !this.#tasks.isPrepared(head.reference)) this.#callLimit.clear()
    else this.#callLimit.set(timeout, () => this.kill({ kind: 'timeout', timeout }))
  }

  #liftLimits(): void {
    this.#importLimit.clear()
    this.#callLimit.clear()
  }

  #ended({ reason, cause, ...end }: BodyEnd): void {
    const wasReady = this.#mode !== 'starting'
    this.#mode = 'ended'
    this.#liftLimits()
    const uncaught = this.#fatal && this.#verdict === undefined
    const truth = uncaught ? { reason: 'uncaught' as const, cause: this.#fatal?.cause } : { reason: wasReady ? reason : this.#verdict ? reason : 'start' as const, cause }
    this.#end = { ...end, ...truth, worker: this.name }
    const [first] = this.#batches
    const running = first && this.#current(first[0])
    const wasPrepared = first !== undefined && this.#tasks.isPrepared(first[1].reference)
    const batches = [...this.#batches.values()]
    this.#batches.clear()
    this.#events.onEnd(this, { end: this.#end, verdict: this.#verdict, batches, running, wasReady, wasPrepared })
  }
}
