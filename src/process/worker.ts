import { NotSerializableError } from '../wire/index.ts'
import type { Answer, Batch, Verdict } from './batch.ts'
import type { BodyEnd, WorkerBody } from './body.ts'
import type { WorkerEnd } from './errors.ts'
import { Hands } from './hands.ts'
import { ownName } from './identity.ts'
import { KnownTasks } from './known-tasks.ts'
import { Limit } from './limit.ts'
import { readLines } from './lines.ts'
import { startProcess } from './process-body.ts'
import { CURRENT_BATCH, CURRENT_INDEX, ENCODING, type FromWorker, type ToWorker } from './protocol.ts'
import { startThread } from './thread-body.ts'
import type { WorkerEvents } from './worker-events.ts'
import type { WorkerKind, WorkerOptions } from './worker-options.ts'

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
  readonly #hands = new Hands()
  #mode: 'starting' | 'ready' | 'closing' | 'ended' = 'starting'
  #askedToEnd = false
  /** Whether it was asked to give back what it has not begun, and has not answered yet. */
  #revoking = false
  #lastPosted: ToWorker[0] | undefined
  #verdict: Verdict | undefined
  #fatal: { readonly cause: unknown } | undefined
  #lastWords: { readonly batch: number; readonly index: number } | undefined
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

  /** @throws what keeps the system from starting it, and NotSerializableError for arguments of the initializer. */
  constructor({ kind, name, initializer, importTimeout, ...options }: WorkerOptions, events: WorkerEvents) {
    this.name = name
    this.kind = kind
    this.#events = events
    this.#importTimeout = importTimeout
    this.#initializer = initializer?.reference.name ?? ''
    const start = kind === 'thread' ? startThread : startProcess
    const settings = { name, owner: ownName(), initializer: initializer?.reference ?? null }
    this.#body = start({ ...options, settings, onEnd: (end) => this.#ended(end) })
    const { channel, outputs } = this.#body
    const unreadable = (error: unknown): void => this.kill({ kind: 'unreadable', error })
    channel.listen(
      (message) => this.#receive(message as FromWorker),
      () => {},
      unreadable,
    )
    if (outputs !== null) readLines(outputs.stdout, (line) => events.onLine(this, line, 'stdout'))
    if (outputs !== null) readLines(outputs.stderr, (line) => events.onLine(this, line, 'stderr'))
    // Whoever has work for it keeps the program alive.
    this.#body.unref()
    if (initializer) this.#initialize(initializer.args)
  }

  #initialize(args: readonly unknown[]): void {
    try {
      this.#post(['initialize', args])
    } catch (error) {
      this.#body.kill()
      throw error instanceof NotSerializableError ? error.within('initializerArgs', /^\[1\]/) : error
    }
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
    return this.#hands.size
  }

  /** The batch whose calls run now. */
  get head(): Batch | undefined {
    return this.#hands.head
  }

  /** Index of the running call of {@link head}, as far as that is known; undefined while its task is made ready. */
  get running(): number | undefined {
    const { head, headNumber } = this.#hands
    if (head === undefined || !this.#tasks.isPrepared(head.reference)) return undefined
    const current = this.#current()
    return current?.batch === headNumber ? current.index : head.answered
  }

  /** Indices of the calls of {@link head} of which one may be running. */
  mayRun(): number[] {
    const { head, headNumber } = this.#hands
    if (head === undefined || !this.#tasks.isPrepared(head.reference)) return []
    const { answered, inputs } = head
    const current = this.#current()
    if (current) return current.batch === headNumber ? [current.index] : []
    return Array.from(inputs.slice(answered), (_, index) => answered + index)
  }

  /** Whether a call that it has not answered passes the test. */
  holds(test: (batch: Batch, index: number) => boolean): boolean {
    return this.#hands.some(test)
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
    const task =
      this.#tasks.numberOf(reference) ?? this.#tasks.add(reference, (task) => this.#post(['load', task, reference]))
    this.#post(['calls', this.#hands.nextNumber, task, batch.spread, batch.inputs])
    this.#hands.take(batch)
    this.taken++
    if (this.#hands.size === 1) this.#headChanged()
  }

  /** Asks the call `index` of {@link head} to stop. */
  cancel(index: number): void {
    this.#post(['cancel', this.#hands.headNumber, index])
  }

  /** Whether calls wait in it that it could give back, and was not asked for yet. */
  get queued(): boolean {
    return !this.#revoking && this.#hands.spare
  }

  /** Asks for the calls that it has not begun; {@link WorkerEvents.onReturned} tells which came back. */
  revoke(): void {
    const { head, headNumber } = this.#hands
    if (this.#revoking || head === undefined) return
    this.#revoking = true
    this.#post(['revoke', head.whole ? 0 : headNumber])
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
    this.#lastPosted = message[0]
  }

  /** Whether it died before it read the only batch it was sent. */
  #neverRead(): boolean {
    return this.#hands.size === 1 && this.#lastPosted === 'calls' && this.#body.channel.unread === true
  }

  /** Which call runs, as its own last message or shared memory tells; undefined where neither does. */
  #current(): { readonly batch: number; readonly index: number } | undefined {
    const { current } = this.#body
    const words = current && { batch: current.load(CURRENT_BATCH), index: current.load(CURRENT_INDEX) }
    const known = this.#lastWords ?? words
    return known?.index === ENCODING ? undefined : known
  }

  #receive(message: FromWorker): void {
    switch (message[0]) {
      case 'ready':
        if (this.#mode === 'starting') this.#mode = 'ready'
        return this.#events.onReady(this)
      case 'loading':
        return this.#limitImport(this.#tasks.nameOf(message[1]) ?? this.#initializer, this.#importTimeout)
      case 'loaded':
        this.#importLimit.clear()
        return this.#tasks.rename(message[1], message[2])
      case 'prepared':
        this.#tasks.prepared(message[1])
        this.#headChanged()
        return this.#events.onPrepared(this)
      case 'results':
        return this.#answered(message[1], {
          values: message[2],
          errors: message[3],
          startedAt: message[4],
          elapsed: message[5],
        })
      case 'returned':
        this.#revoking = false
        for (const [id, from] of message[1]) this.#returned(id, from)
        return
      case 'load-failed':
      case 'unreadable': {
        const batch = this.#hands.drop(message[1])
        this.#headChanged()
        if (batch === undefined) return
        if (message[0] === 'unreadable') this.#events.onUnreadable(this, batch, message[2])
        else this.#events.onLoadFailed(this, batch, message[2])
        return
      }
      case 'progress': {
        const batch = this.#hands.get(message[1])
        if (batch) this.#events.onProgress(batch, message[2], message[3])
        return
      }
      case 'log':
        return this.#events.onLine(this, message[1], 'log')
      case 'leaving':
        return void (this.#lastWords = { batch: message[1], index: message[2] })
      case 'fatal':
        this.#fatal = { cause: message[1] }
    }
  }

  #returned(id: number, from: number): void {
    const cut = this.#hands.cut(id, from)
    if (cut === undefined) return
    if (from === 0) {
      this.taken--
      this.#headChanged()
    }
    this.#events.onReturned(this, cut.batch, cut.inputs, from)
  }

  #answered(id: number, answer: Answer): void {
    const calls = answer.values.length
    const batch = this.#hands.answered(id, calls)
    if (batch === undefined) return
    const failed = answer.errors?.length ?? 0
    this.failed += failed
    this.done += calls - failed
    this.#headChanged()
    this.#events.onAnswer(this, batch, answer)
  }

  /** Another call runs now, or none: its time begins. */
  #headChanged(): void {
    this.busySince = Date.now()
    this.#body.watch?.(this.#hands.size > 0)
    const { head } = this
    const timeout = head?.timeout
    if (head === undefined || timeout === undefined || !this.#tasks.isPrepared(head.reference)) this.#callLimit.clear()
    else this.#callLimit.set(timeout, () => this.kill({ kind: 'timeout', timeout }))
  }

  #limitImport(task: string, timeout: number): void {
    this.#importLimit.set(timeout, () => this.kill({ kind: 'import-timeout', timeout, task }))
  }

  #liftLimits(): void {
    this.#importLimit.clear()
    this.#callLimit.clear()
  }

  #ended({ reason, cause, ...end }: BodyEnd): void {
    const wasReady = this.#mode !== 'starting'
    this.#mode = 'ended'
    this.#liftLimits()
    const told = this.#verdict ? undefined : this.#fatal
    const why = told ? 'uncaught' : wasReady || this.#verdict ? reason : 'start'
    this.#end = { ...end, reason: why, cause, ...told, worker: this.name }
    const { head, headNumber } = this.#hands
    const current = this.#current()
    const running = this.#neverRead() ? -1 : current && (current.batch === headNumber ? current.index : -1)
    const wasPrepared = head !== undefined && this.#tasks.isPrepared(head.reference)
    const batches = this.#hands.leave()
    this.#events.onEnd(this, { end: this.#end, verdict: this.#verdict, batches, running, wasReady, wasPrepared })
  }
}
