import { count, duration } from '../options/index.ts'
import { type TaskBody, SetupError, loadTask, localContext, referenceKey, referenceOf } from '../task/index.ts'
import { PoolClosedError, PoolTerminatedError, TaskTimeoutError } from './errors.ts'
import type { Callable, CallInfo, Executor, SubmitOptions, WorkerInfo } from './executor.ts'

interface Job {
  readonly task: unknown
  readonly args: readonly unknown[]
  readonly options: SubmitOptions
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  /** Listens to its signal while it waits. */
  readonly withdraw: () => void
}

interface Loaded {
  readonly body: TaskBody
  readonly resource: unknown
}

/**
 * An {@link Executor} that runs calls on this thread: for tests, debuggers, and work that only waits.
 *
 * Up to `workers` asynchronous calls overlap; a call that computes holds up the others, and no time limit can stop it
 * before it gives the thread back.
 *
 * @example
 * ```ts
 * import { InProcessExecutor } from 'manyhands'
 *
 * await using executor = new InProcessExecutor()
 * console.log(await executor.submit((x: number) => x + 1, [41])) // 42
 * ```
 */
export class InProcessExecutor implements Executor {
  readonly size: number
  readonly #waiting: Job[] = []
  readonly #running = new Map<Job, number>()
  readonly #loaded = new Map<string, Promise<Loaded>>()
  #state: 'open' | 'closed' | 'terminated' = 'open'
  #onIdle: (() => void) | undefined
  #done = 0
  #failed = 0

  /** @param options - `workers`: how many calls may overlap. @default 1 */
  constructor(options: { readonly workers?: number | undefined } = {}) {
    this.size = count('workers', options.workers ?? 1)
  }

  room(): number {
    return this.#state === 'open' ? Math.max(0, this.size - this.#running.size - this.#waiting.length) : 0
  }

  submit<A extends readonly unknown[], R>(task: Callable<A, R>, args: A, options: SubmitOptions = {}): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      if (this.#state !== 'open') throw new PoolClosedError('InProcessExecutor')
      const { signal } = options
      signal?.throwIfAborted()
      const job: Job = {
        task,
        args,
        options,
        resolve: resolve as Job['resolve'],
        reject,
        withdraw: () => this.#withdraw(job),
      }
      signal?.addEventListener('abort', job.withdraw, { once: true })
      this.#waiting.push(job)
      this.#next()
    })
  }

  workers(): WorkerInfo[] {
    const [first] = this.#running
    return [
      {
        name: 'inline',
        kind: 'inline',
        pid: process.pid,
        state: this.#state === 'open' ? (first ? 'busy' : 'idle') : 'ended',
        done: this.#done,
        failed: this.#failed,
        current: first ? { task: referenceOf(first[0].task).name, input: first[0].args[0], since: first[1] } : null,
        exitCode: null,
        signal: null,
      },
    ]
  }

  async close(): Promise<void> {
    if (this.#state === 'open') this.#state = 'closed'
    if (this.#running.size > 0) await new Promise<void>((resolve) => (this.#onIdle = resolve))
    for (const loading of this.#loaded.values()) {
      const { body, resource } = await loading.catch(() => ({ body: undefined, resource: undefined }))
      await body?.teardown?.(resource)
    }
    this.#loaded.clear()
  }

  async terminate(): Promise<void> {
    this.#state = 'terminated'
    const error = new PoolTerminatedError('InProcessExecutor')
    for (const { reject } of [...this.#waiting.splice(0), ...this.#running.keys()]) reject(error)
    this.#running.clear()
    await this.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.terminate()
  }

  #withdraw(job: Job): void {
    const index = this.#waiting.indexOf(job)
    if (index >= 0) this.#waiting.splice(index, 1)
    job.reject(job.options.signal?.reason)
  }

  #next(): void {
    while (this.#running.size < this.size) {
      const job = this.#waiting.shift()
      if (job === undefined) break
      this.#running.set(job, Date.now())
      job.options.signal?.removeEventListener('abort', job.withdraw)
      job.options.onStart?.()
      void this.#run(job)
    }
    if (this.#running.size === 0) this.#onIdle?.()
  }

  async #run(job: Job): Promise<void> {
    const startedAt = Date.now()
    const began = performance.now()
    const outcome = await this.#outcome(job)
    const info: CallInfo = { worker: 'inline', pid: process.pid, startedAt, duration: performance.now() - began }
    job.options.onSettled?.(info)
    if ('error' in outcome) {
      this.#failed++
      job.reject(outcome.error)
    } else {
      this.#done++
      job.resolve(outcome.value)
    }
    this.#running.delete(job)
    this.#next()
  }

  async #outcome({ task, args, options }: Job): Promise<{ readonly value: unknown } | { readonly error: unknown }> {
    const controller = new AbortController()
    const stop = (): void => controller.abort(options.signal?.reason)
    options.signal?.addEventListener('abort', stop, { once: true })
    let timer: NodeJS.Timeout | undefined
    try {
      const { body, resource } = await this.#load(task)
      controller.signal.throwIfAborted()
      const context = {
        resource,
        signal: controller.signal,
        log: localContext(resource).log,
        progress: (value: unknown) => options.onProgress?.(value),
      }
      // Not started in the same turn as its submission, so that callers see the same order as with a real worker.
      const value = Promise.resolve(body.run(...args, ...(body.wantsContext ? [context] : [])))
      const ended = new Promise<never>((_, reject) => {
        controller.signal.addEventListener('abort', () => reject(controller.signal.reason))
        if (options.timeout === undefined) return
        const limit = duration('timeout', options.timeout)
        timer = setTimeout(
          () => controller.abort(new TaskTimeoutError(referenceOf(task).name, args[0], 'inline', limit)),
          limit,
        )
      })
      return { value: await Promise.race([value, ended]) }
    } catch (error) {
      return { error }
    } finally {
      clearTimeout(timer)
      options.signal?.removeEventListener('abort', stop)
    }
  }

  #load(task: unknown): Promise<Loaded> {
    const reference = referenceOf(task)
    const key = referenceKey(reference)
    let loading = this.#loaded.get(key)
    if (loading === undefined) {
      loading = loadTask(reference).then(async (body) => {
        try {
          return { body, resource: await body.setup?.() }
        } catch (error) {
          throw new SetupError(reference.name, error)
        }
      })
      this.#loaded.set(key, loading)
      loading.catch(() => this.#loaded.delete(key))
    }
    return loading
  }
}
