import path from 'node:path'
import { type Callable, type Executor, Pool, PoolClosedError, PoolTerminatedError } from '../pool/index.ts'
import { WorkerStartError, cpuCount } from '../process/index.ts'
import { TaskLoadError } from '../task/index.ts'
import type { RunEvent } from './events.ts'
import { identityOf } from './identity.ts'
import type { OpenSource, Source } from './inputs/source.ts'
import { type RunOptions, type Settings, settingsOf } from './options.ts'
import { reduceValues } from './reducer.ts'
import { type RunReport, type RunSnapshot, type RunWarning, exitCodeOf } from './report.ts'
import { runResults } from './results.ts'
import { Pull, Stride } from './schedule/lanes.ts'
import { Planner } from './schedule/planner.ts'
import { Scheduler } from './schedule/scheduler.ts'
import { Tally } from './schedule/tally.ts'
import { Stop, type StopReason } from './stop.ts'
import { companions } from './store/companions.ts'
import type { RunRecord, TaskIdentity } from './store/outcome.ts'
import { FileRecorder } from './writer/file-recorder.ts'
import { MemoryRecorder } from './writer/memory-recorder.ts'
import type { Recorder, RecorderEvents } from './writer/recorder.ts'

/**
 * One run from its beginning to its end.
 *
 * - `opening`: the writer takes the store's lock and opens it; the inputs are found. An error here ends the run, and
 *   nothing was changed.
 * - `working`: items go from the planner to the scheduler to the workers, outcomes to the recorder.
 * - `ending`: the workers end, then the writer, so that all that is finished is saved, however the run came here.
 */
export class Runner<V, R, A> {
  readonly #task: Callable<[V], R>
  readonly #source: Source<V>
  readonly #options: RunOptions<R, A>
  readonly #settings: Settings
  readonly #identity: TaskIdentity
  readonly #tally = new Tally()
  readonly #stop = new Stop()
  readonly #warnings: RunWarning[] = []
  readonly #over = Promise.withResolvers<void>()
  readonly #cancel = new AbortController()
  readonly #emit: ((event: RunEvent<Awaited<R>>) => void) | undefined
  #recorder: Recorder | undefined
  #planner: Planner<V> | undefined
  #scheduler: Scheduler<V, Awaited<R>> | undefined
  #executor: Executor | undefined
  #grace: NodeJS.Timeout | undefined
  #failure: { readonly error: unknown } | undefined

  constructor(task: Callable<[V], R>, source: Source<V>, options: RunOptions<R, A>) {
    this.#task = task
    this.#source = source
    this.#options = options
    this.#settings = settingsOf(options)
    this.#identity = identityOf(task, this.#settings.store)
    const { onEvent } = options
    this.#emit = onEvent && ((event) => this.#guard(() => onEvent(event)))
    this.#over.promise.catch(() => {})
  }

  get stop(): Stop {
    return this.#stop
  }

  snapshot(): RunSnapshot {
    const { done, failed, skipped, failedBefore, retried, saved, inHand, left, total, elapsed, rate, eta, slowest } =
      this.#tally
    const writerPid = this.#recorder instanceof FileRecorder ? this.#recorder.writerPid : undefined
    return {
      done,
      failed,
      skipped,
      failedBefore,
      retried,
      saved,
      inHand,
      left,
      total,
      elapsed,
      rate,
      eta,
      slowest,
      workers: this.#executor?.workers() ?? [],
      stopping: this.#stop.state,
      writerPid,
    }
  }

  async execute(): Promise<RunReport<Awaited<R>, A>> {
    const release = this.#listen()
    try {
      const recorder = (this.#recorder = await this.#openRecorder())
      const source = await this.#openSource(recorder)
      this.#begin(recorder, source)
      await this.#work(recorder, source)
      await this.#endWorkers()
      if (this.#failure) throw this.#failure.error
      await recorder.end(this.#record(this.#stop.reason ?? 'finished', Date.now()))
      return this.#report(recorder)
    } catch (error) {
      await this.#endWorkers()
      // What is finished is saved also when the run fails. Where the writer is what failed, its error is the one thrown.
      const recorder = this.#recorder
      await (this.#scheduler ? recorder?.end(this.#record('failed', Date.now())) : recorder?.abandon())?.catch(() => {})
      throw error
    } finally {
      release()
      clearTimeout(this.#grace)
    }
  }

  /** Whatever may stop the run or wants to hear of it. Returns how to take all of it off again. */
  #listen(): () => void {
    const { stop, signal, onProgress } = this.#options
    const forward = (): void => {
      if (stop?.state === 'now') this.#stop.requestNow(stop.reason)
      else if (stop?.state === 'soon') this.#stop.request(stop.reason)
    }
    const abort = (): void => this.#stop.request('abort')
    const releases = [this.#stop.onRequest(() => this.#stopping()), stop?.onRequest(forward)]
    signal?.addEventListener('abort', abort, { once: true })
    const ticker =
      onProgress &&
      setInterval(() => this.#guard(() => onProgress(this.snapshot())), this.#settings.progressInterval).unref()
    forward()
    if (signal?.aborted) abort()
    return () => {
      for (const release of releases) release?.()
      signal?.removeEventListener('abort', abort)
      clearInterval(ticker)
    }
  }

  async #openRecorder(): Promise<Recorder> {
    const { store, writer, saveEvery, saveInterval, restart, taskChanged } = this.#settings
    if (store === undefined) return new MemoryRecorder()
    const events: RecorderEvents = {
      onSaved: (count, keys) => {
        this.#tally.saved += count
        if (this.#emit) for (const key of keys()) this.#emit({ type: 'saved', key })
      },
      onRoom: () => this.#scheduler?.pump(),
      onWarning: (code, message) => this.#warn(code, message),
      onError: (error) => this.#fail(error),
    }
    const refuseChanged = taskChanged === 'refuse'
    return FileRecorder.open(
      { path: store, writer, saveEvery, saveInterval, task: this.#identity, restart, refuseChanged },
      events,
    )
  }

  async #openSource(recorder: Recorder): Promise<OpenSource<V>> {
    const { store } = this.#settings
    const root = recorder.facts?.root
    const source = await this.#source.open({
      root: root == null ? undefined : path.resolve(path.dirname(store ?? '.'), root),
      exclude: store === undefined ? new Set() : companions(store),
      warn: (message) => this.#warn('INPUT', message),
    })
    if (source.total instanceof Promise) {
      void source.total.then((total) => {
        this.#tally.total = total
        if (this.#failure === undefined) recorder.note(this.#record(null, null))
      })
    } else {
      this.#tally.total = source.total
    }
    return source
  }

  #begin(recorder: Recorder, source: OpenSource<V>): void {
    const { store, taskChanged } = this.#settings
    recorder.begin(source.root, this.#record(null, null))
    this.#emit?.({ type: 'start', total: this.#tally.total, task: this.#identity.name, store })
    if (!recorder.isChanged) return
    this.#warn(
      'TASK_CHANGED',
      taskChanged === 'redo'
        ? `The code of the task ${this.#identity.name} changed since results were stored: those items are done again`
        : `The code of the task ${this.#identity.name} changed since results were stored. They are kept as they are; to compute them again, use taskChanged: 'redo', or start anew with restart: true`,
    )
  }

  /** Resolves when nothing more is to be done, or nothing more may be. */
  async #work(recorder: Recorder, source: OpenSource<V>): Promise<void> {
    const { retryFailed, taskChanged, limit, partition, pool, retries, backoff, timeout, halt } = this.#settings
    const tally = this.#tally
    const planner: Planner<V> = new Planner(source, {
      check: recorder.isEmpty ? undefined : (keys, fingerprints) => recorder.check(keys, fingerprints),
      retryFailed,
      redoOutdated: taskChanged === 'redo',
      limit,
      onSkipped: (key, reason) => {
        if (reason === 'done') tally.skipped++
        else tally.failedBefore++
        this.#emit?.({ type: 'skipped', key, reason })
      },
      onReady: () => scheduler.pump(),
      onError: (error) => this.#fail(error),
    })
    const lanes = this.#options.executor?.size ?? pool.workers ?? cpuCount()
    const scheduler = new Scheduler<V, Awaited<R>>({
      task: this.#task as Callable<[V], Awaited<R>>,
      dealer: partition === 'stride' ? new Stride(planner, lanes) : new Pull(planner),
      recorder,
      tally,
      executor: () => (this.#executor ??= this.#options.executor ?? new Pool(pool)),
      retries,
      backoff,
      timeout,
      signal: this.#options.executor && this.#cancel.signal,
      emit: this.#emit,
      isFatal,
      onFatal: (error) => this.#fail(error),
      onOutcome: () => {
        const verdict = halt(tally.done, tally.failed)
        if (verdict === 'now') this.#stop.requestNow('halt')
        else if (verdict === 'soon' && this.#stop.state === 'no') this.#stop.request('halt')
      },
      onIdle: () => this.#over.resolve(),
    })
    this.#planner = planner
    this.#scheduler = scheduler
    if (this.#stop.state !== 'no') this.#stopping()
    if (this.#failure) this.#over.resolve()
    else planner.start()
    await this.#over.promise
    planner.stop()
  }

  /** The stop was requested once, or once more. */
  #stopping(): void {
    const { state, reason = 'abort' } = this.#stop
    if (state === 'no' || this.#scheduler === undefined) return
    this.#emit?.({ type: 'stopping', how: state, reason })
    this.#planner?.stop()
    if (state === 'soon') {
      this.#grace = setTimeout(() => this.#stop.requestNow(reason), this.#settings.grace)
      this.#scheduler.close()
    } else {
      this.#drop()
    }
  }

  /** Nothing in hand is waited for any more. */
  #drop(): void {
    clearTimeout(this.#grace)
    this.#planner?.stop()
    this.#scheduler?.drop()
    this.#over.resolve()
    if (this.#options.executor) this.#cancel.abort()
    else void this.#executor?.terminate()
  }

  /** Something that no item is to blame for. */
  #fail(error: unknown): void {
    this.#failure ??= { error }
    this.#drop()
  }

  async #endWorkers(): Promise<void> {
    this.#recorder?.flush()
    if (this.#options.executor || this.#executor === undefined) return
    await (this.#stop.state === 'now' || this.#failure ? this.#executor.terminate() : this.#executor.close())
  }

  #report(recorder: Recorder): RunReport<Awaited<R>, A> {
    const { store } = this.#settings
    const { reducer, onProgress } = this.#options
    const { done, failed, skipped, failedBefore, retried, left, total, slowest } = this.#tally
    const stoppedBy = this.#stop.reason ?? this.#limitReached()
    const { results, failures } = runResults<Awaited<R>>(store, recorder)
    const isComplete = stoppedBy === undefined || stoppedBy === 'limit'
    const reduced = reducer && isComplete ? reduceValues(results, reducer) : undefined
    onProgress?.(this.snapshot())
    return {
      done,
      failed,
      skipped,
      failedBefore,
      retried,
      left,
      total,
      slowest,
      duration: this.#tally.elapsed,
      saves: recorder.saves,
      workers: this.#executor?.workers() ?? [],
      warnings: this.#warnings,
      stoppedBy,
      exitCode: exitCodeOf(failed + failedBefore, stoppedBy),
      store,
      results,
      failures,
      reduced,
    }
  }

  #limitReached(): StopReason | undefined {
    return this.#tally.done + this.#tally.failed >= this.#settings.limit && this.#tally.left !== 0 ? 'limit' : undefined
  }

  #record(ended: string | null, endedAt: number | null): RunRecord {
    return { pid: process.pid, startedAt: this.#tally.startedAt, total: this.#tally.total ?? null, endedAt, ended }
  }

  #warn(code: string, message: string): void {
    this.#warnings.push({ code, message })
    this.#emit?.({ type: 'warning', code, message })
  }

  /** Calls a listener; one that throws ends the run. */
  #guard(listener: () => void): void {
    try {
      listener()
    } catch (error) {
      this.#fail(error)
    }
  }
}

function isFatal(error: unknown): boolean {
  return (
    error instanceof TaskLoadError ||
    error instanceof WorkerStartError ||
    error instanceof PoolClosedError ||
    error instanceof PoolTerminatedError
  )
}
