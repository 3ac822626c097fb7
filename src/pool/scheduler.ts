import { ImportTimeoutError } from '../task/index.ts'
import {
  type Remains,
  type WorkerEvents,
  type WorkerOptions,
  WorkerDiedError,
  WorkerHandle,
  WorkerStartError,
} from '../process/index.ts'
import { TaskTimeoutError } from './errors.ts'
import { Balance, PATIENCE } from './balance.ts'
import { Cancelling } from './cancelling.ts'
import type { WorkerInfo } from './executor.ts'
import { KeepAlive } from './keep-alive.ts'
import { Roster } from './roster.ts'
import type { Source, SourceBatch } from './source.ts'
import { InputSource } from './input-source.ts'

/** Workers that may die one after the other without ever becoming ready, before the pool gives up. */
const START_ATTEMPTS = 3

export interface SchedulerOptions {
  readonly size: number
  readonly maxTasksPerWorker: number | undefined
  /** Everything a worker needs but its name. */
  readonly worker: Omit<WorkerOptions, 'name'>
  readonly namePrefix: string
  readonly onLine: WorkerEvents['onLine']
}

/**
 * Brings calls and workers together, and settles every call exactly once.
 *
 * A call is in one place at a time: in its source, in a worker's hands, or settled. Workers are started when there is
 * a call for them and none is idle, up to `size`. When a worker ends with calls in its hands:
 *
 * - those answered are settled already;
 * - the one that was running is rejected with what ended the worker (thread: known exactly; process: known when one
 *   call was left unanswered);
 * - the others go back to their source and to another worker. Where the running one is not known, each of them is
 *   tried alone, so that the guilty one gives itself away and no other suffers. A call whose answer had not arrived
 *   may so run twice; `chunkSize: 1` rules that out.
 */
export class Scheduler {
  readonly #options: SchedulerOptions
  readonly #sources = new Set<Source>()
  readonly #roster = new Roster()
  readonly #keepAlive = new KeepAlive()
  readonly #events: WorkerEvents
  readonly #balance = new Balance()
  readonly #cancelling = new Cancelling()
  #failedStarts = 0
  #closed: PromiseWithResolvers<void> | undefined

  constructor(options: SchedulerOptions) {
    this.#options = options
    this.#events = {
      onReady: () => {
        this.#failedStarts = 0
      },
      onPrepared: (worker) => {
        const head = worker.head as SourceBatch | undefined
        if (head) head.source.failedLoads = 0
        this.#cancelling.look(worker)
      },
      onAnswer: (worker, batch, answer) => {
        const { source } = batch as SourceBatch
        source.pace.learn(answer.values.length, answer.elapsed)
        source.answered(batch as SourceBatch, worker, answer)
        this.#afterWork(worker)
      },
      onReturned: (worker, batch, inputs, from) => {
        const { source, first, suspect } = batch as SourceBatch
        source.takeBack(inputs, first + from, suspect)
        this.#afterWork(worker)
      },
      onLoadFailed: (worker, batch, error) => {
        ;(batch as SourceBatch).source.loadFailed(batch as SourceBatch, error)
        this.#afterWork(worker)
      },
      onUnreadable: (worker, batch, error) => {
        this.#refused(batch as SourceBatch, error)
        this.#afterWork(worker)
      },
      onProgress: (batch, index, value) => {
        const { source, first } = batch as SourceBatch
        source.progress?.(first + index, value)
      },
      onLine: options.onLine,
      onEnd: (worker, remains) => this.#ended(worker, remains),
    }
  }

  /** Takes a source in; its calls are handed out from now on. */
  add(source: Source): void {
    this.#sources.add(source)
    this.dispatch()
  }

  workers(): WorkerInfo[] {
    return this.#roster.infos()
  }

  /** Calls in the hands of workers, waiting for one, or on their way here. */
  get busy(): boolean {
    for (const source of this.#sources) if (source.outstanding > 0 || source.ready || source.expecting) return true
    return false
  }

  /** Hands out as many calls as the workers have room for. */
  dispatch(): void {
    for (let progress = true; progress;) {
      progress = false
      for (const source of this.#sources) {
        if (source.finished) this.#sources.delete(source)
        else if (source.ready && this.#handOut(source)) progress = true
      }
    }
    this.#balance.consider(this.#roster.live)
    if (this.#closed) this.#drain(this.#closed)
  }

  /** One batch of a source to the worker with most room; false when no worker has any. */
  #handOut(source: Source): boolean {
    const room = this.#pick(source.depth)
    if (room === undefined) return false
    const batch = source.take(this.#batchSize(source))
    if (batch === undefined) return false
    // Only now, so that inputs which turn out to be none start nobody.
    const worker = room === 'new' ? this.#start() : room
    if (worker instanceof WorkerHandle) {
      this.#send(worker, batch)
      return true
    }
    // Those that live go on with it; where nobody lives, nothing will ever run it.
    source.giveBack(batch, 0, batch.inputs.length, batch.suspect)
    if (this.#roster.live.size === 0) this.#abandonAll(worker)
    return false
  }

  #batchSize(source: Source): number {
    const { maxTasksPerWorker, size } = this.#options
    if (source.chunkSize !== undefined) return source.chunkSize
    // Python counts the batches a worker takes; a batch that is one call is what the option's name promises.
    if (maxTasksPerWorker !== undefined) return 1
    const left = source instanceof InputSource ? source.left : Infinity
    return Math.max(1, Math.min(source.pace.size, Math.ceil(left / (size * 2))))
  }

  /** The worker that has room, or `'new'` where one should be started. */
  #pick(depth: number): WorkerHandle | 'new' | undefined {
    const now = depth > 1 ? Date.now() : 0
    let best: WorkerHandle | undefined
    for (const worker of this.#roster.live) {
      if (!worker.open || worker.load >= depth || (best !== undefined && worker.load >= best.load)) continue
      // Behind a call that turned out long nothing should wait, whatever is known of the others.
      if (worker.load === 0 || now - worker.busySince < PATIENCE) best = worker
    }
    return best?.load === 0 || this.#roster.live.size >= this.#options.size ? best : 'new'
  }

  /** Starts a worker, or says why the system refuses one. */
  #start(): WorkerHandle | WorkerStartError {
    const name = `${this.#options.namePrefix}${String(this.#roster.started).padStart(3, '0')}`
    try {
      const worker = new WorkerHandle({ ...this.#options.worker, name }, this.#events)
      this.#roster.add(worker)
      return worker
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause)
      return new WorkerStartError({ worker: name, reason: 'start', exitCode: null, signal: null, cause, detail })
    }
  }

  #abandonAll(error: unknown): void {
    for (const source of this.#sources) source.abandon(error)
  }

  #send(worker: WorkerHandle, batch: SourceBatch): void {
    try {
      batch.sent = true
      worker.send(batch)
      this.#keepAlive.hold(worker)
    } catch (error) {
      return this.#refused(batch, error)
    }
    const limit = this.#options.maxTasksPerWorker
    if (limit !== undefined && worker.taken >= limit) worker.close()
  }

  /** One of the calls cannot travel, or what it carries throws on the way: each goes alone, so that only that one fails. */
  #refused(batch: SourceBatch, error: unknown): void {
    if (batch.inputs.length === 1) batch.source.failed(batch, 0, error)
    else batch.source.giveBack(batch, 0, batch.inputs.length, true)
  }

  #afterWork(worker: WorkerHandle): void {
    this.#cancelling.look(worker)
    this.dispatch()
    if (worker.load === 0) this.#keepAlive.release(worker)
  }

  /** Calls of a source are no longer wanted, and were rejected: the one of this number, or all. */
  cancel(source: Source, number?: number): void {
    this.#cancelling.cancel(this.#roster.live, source, number)
    this.dispatch()
  }

  #ended(worker: WorkerHandle, remains: Remains): void {
    this.#roster.ended(worker)
    this.#keepAlive.release(worker)
    this.#cancelling.ended(worker)
    if (!remains.wasReady && remains.verdict === undefined && ++this.#failedStarts >= START_ATTEMPTS) {
      this.#failedStarts = 0
      this.#abandonAll(new WorkerStartError(remains.end))
    } else {
      this.#settleRemains(remains)
    }
    this.dispatch()
  }

  #settleRemains({ end, verdict, batches, running, wasReady, wasPrepared }: Remains): void {
    const [head, ...others] = batches as SourceBatch[]
    for (const batch of others.reverse()) batch.source.giveBack(batch, batch.answered, batch.inputs.length, false)
    if (head === undefined) {
      if (verdict === undefined && wasReady && end.reason !== 'exit') process.emitWarning(new WorkerDiedError(end))
      return
    }
    const { source, inputs, answered } = head
    if (verdict?.kind === 'import-timeout')
      return source.loadFailed(head, new ImportTimeoutError(verdict.task, verdict.timeout))
    const call = (index: number) => ({
      task: head.reference.name,
      input: head.spread ? (inputs[index] as unknown[])[0] : inputs[index],
    })
    if (!wasPrepared && wasReady && verdict === undefined && ++source.failedLoads >= START_ATTEMPTS) {
      return source.loadFailed(head, new WorkerDiedError(end, call(answered)))
    }
    if (!wasPrepared) return source.giveBack(head, answered, inputs.length, false)
    // The worker may be far beyond the answers that could not be read.
    const known = verdict?.kind === 'unreadable' ? undefined : running
    const isStray = known !== undefined && known < answered
    // It died between two calls, of something that an earlier one left behind.
    if (isStray && ++source.strayDeaths < START_ATTEMPTS) return source.giveBack(head, answered, inputs.length, false)
    const guilty = known !== undefined && !isStray ? known : inputs.length - answered === 1 ? answered : undefined
    if (guilty === undefined) return source.giveBack(head, answered, inputs.length, true)
    // Killed for an unwanted call that ended by itself in the last moment.
    if (verdict?.kind === 'cancelled' && source.wants(head.first + guilty))
      return source.giveBack(head, answered, inputs.length, false)
    const { task, input } = call(guilty)
    let error: unknown
    if (verdict?.kind === 'timeout') error = new TaskTimeoutError(task, input, end.worker, verdict.timeout)
    else if (verdict?.kind === 'unreadable') error = verdict.error
    else error = new WorkerDiedError(end, { task, input })
    source.giveBack(head, guilty + 1, inputs.length, false)
    source.giveBack(head, answered, guilty, false)
    source.failed(head, guilty, error)
  }

  /** Resolves when everything handed in is settled and every worker ended in order. */
  close(): Promise<void> {
    this.#closed ??= Promise.withResolvers()
    this.dispatch()
    return this.#closed.promise
  }

  #drain(closed: PromiseWithResolvers<void>): void {
    if (this.busy) return
    for (const worker of this.#roster.live) worker.close()
    if (this.#roster.live.size > 0) return
    this.#keepAlive.end()
    closed.resolve()
  }

  /** Rejects everything and ends every worker at once; resolves when they are gone. */
  async terminate(error: unknown): Promise<void> {
    this.#abandonAll(error)
    this.#sources.clear()
    for (const worker of this.#roster.live) worker.kill({ kind: 'terminated' })
    await this.close()
  }
}
