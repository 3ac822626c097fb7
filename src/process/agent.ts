import { format } from 'node:util'
import type { Words } from '../memory/index.ts'
import {
  type TaskBody,
  type TaskReference,
  InitializerError,
  SetupError,
  explainReference,
  loadTask,
} from '../task/index.ts'
import { type Channel, sentAhead } from '../wire/index.ts'
import {
  CURRENT_BATCH,
  CURRENT_INDEX,
  ENCODING,
  LINGER,
  type FromWorker,
  type ToWorker,
  type WorkerSettings,
} from './protocol.ts'
import { Answers } from './answers.ts'

/** A task made ready in this worker. */
interface ReadyTask {
  readonly reference: TaskReference
  readonly run: (...args: unknown[]) => unknown
  readonly teardown: ((resource: unknown) => unknown) | undefined
  readonly resource: unknown
  readonly wantsContext: boolean
}

/** A batch that could not be read when it came. */
type Unread = readonly ['unread', batch: number, again: () => unknown]

type Calls = Extract<ToWorker, readonly ['calls', ...unknown[]]>

/** The worker's side of the protocol: loads tasks, runs batches one after the other, answers. */
export class Agent {
  readonly #settings: WorkerSettings
  readonly #channel: Channel
  readonly #current: Words | undefined
  readonly #references = new Map<number, TaskReference>()
  readonly #ready = new Map<number, Promise<ReadyTask>>()
  /** Tasks that the owner was told are ready. */
  readonly #prepared = new Set<number>()
  readonly #queue: (Calls | Unread)[] = []
  readonly #answers: Answers
  /** The batch that runs now, the index of its running call (-1 before the first), and how many of them are to run. */
  #batch = 0
  #index = 0
  #until = 0
  /** The last batch that came. */
  #lastBatch = 0
  #working = false
  #closing = false
  #cancel: { readonly batch: number; readonly index: number; readonly controller: AbortController } | undefined

  constructor(settings: WorkerSettings, channel: Channel, current: Words | undefined) {
    this.#settings = settings
    this.#channel = channel
    this.#current = current
    this.#answers = new Answers((message) => this.#sendAnswers(message))
  }

  start(): void {
    const unread = (_error: unknown, again: () => unknown): void => this.#unread(again)
    this.#channel.listen(
      (message) => this.#receive(message as ToWorker),
      () => this.#ownerEnded(),
      unread,
    )
    this.#send(['ready'])
    process.once('exit', () => this.#leave())
  }

  /** The last chance to answer: what ran before the call that exits, and which one that is. */
  #leave(): void {
    this.#answers.flush()
    this.#send(['leaving', this.#batch, this.#index])
  }

  /** Tells the owner of the error that ends this worker. */
  fatal(error: unknown): void {
    this.#answers.flush()
    try {
      this.#send(['fatal', error])
    } catch {
      this.#send(['fatal', new Error(String(error))])
    }
  }

  #send(message: FromWorker): void {
    this.#channel.send(message)
  }

  #sendAnswers(message: FromWorker): void {
    const index = this.#index
    this.#at(ENCODING)
    try {
      this.#send(message)
    } finally {
      this.#at(index)
    }
  }

  /** Notes which call of the batch runs now, for the case that this worker dies. */
  #at(index: number): void {
    this.#index = index
    this.#current?.store(CURRENT_INDEX, index)
  }

  #receive(message: ToWorker): void {
    switch (message[0]) {
      case 'initialize':
        this.#initializerArgs = () => message[1]
        return
      case 'load':
        this.#references.set(message[1], message[2])
        return
      case 'calls':
        this.#lastBatch = message[1]
        this.#queue.push(message)
        return this.#wake()
      case 'cancel':
        if (this.#cancel?.batch === message[1] && this.#cancel.index === message[2]) this.#cancel.controller.abort()
        return
      case 'revoke':
        return this.#giveBack(message[1])
      case 'close':
        this.#closing = true
        return this.#wake()
    }
  }

  /** Only the initializer's arguments, which come first, and calls carry what users made. */
  #unread(again: () => unknown): void {
    if (this.#settings.initializer !== null && this.#initializerArgs === undefined) {
      this.#initializerArgs = () => (again() as Extract<ToWorker, readonly ['initialize', ...unknown[]]>)[1]
      return
    }
    this.#queue.push(['unread', ++this.#lastBatch, again])
    this.#wake()
  }

  #giveBack(cut: number): void {
    const returned: [batch: number, from: number][] = this.#queue.splice(0).map(([, batch]) => [batch, 0])
    const from = this.#index + 1
    // What stays together may go as well while its task is made ready.
    if (this.#batch !== 0 && from < this.#until && (from === 0 || this.#batch === cut)) {
      this.#until = from
      returned.unshift([this.#batch, from])
    }
    this.#send(['returned', returned])
  }

  #wake(): void {
    if (this.#working) return
    this.#working = true
    void this.#work()
  }

  async #work(): Promise<void> {
    for (let calls = this.#next(); calls !== undefined; calls = this.#next()) {
      await (calls[0] === 'unread' ? this.#readLate(calls) : this.#runBatch(calls))
      // What was answered must not be lost with a worker that dies in the next batch, nor pile up here.
      const drained = this.#channel.drained?.()
      if (drained) await drained
    }
    this.#working = false
    if (this.#closing) await this.#close()
  }

  /** The next batch: one that came, or one that comes in a moment. */
  #next(): Calls | Unread | undefined {
    if (this.#queue.length === 0 && !this.#closing) this.#channel.linger?.(LINGER)
    return this.#queue.shift()
  }

  /** Reads a batch again once the modules are imported that may register the classes of what it carries. */
  async #readLate([, batch, again]: Unread): Promise<void> {
    this.#current?.store(CURRENT_INDEX, 0)
    this.#current?.store(CURRENT_BATCH, batch)
    await Promise.allSettled([...this.#references.keys()].map((task) => this.#ready.get(task) ?? this.#load(task)))
    let calls: unknown
    try {
      calls = again()
    } catch (error) {
      this.#current?.store(CURRENT_BATCH, 0)
      return this.#send(['unreadable', batch, error])
    }
    await this.#runBatch(calls as Calls)
  }

  async #runBatch([, batch, task, spread, inputs]: Calls): Promise<void> {
    this.#answers.begin(batch)
    this.#at(-1)
    this.#batch = batch
    this.#current?.store(CURRENT_BATCH, batch)
    this.#until = inputs.length
    let ready: ReadyTask
    try {
      ready = await (this.#ready.get(task) ?? this.#load(task))
    } catch (error) {
      this.#batch = 0
      return this.#send(['load-failed', batch, error])
    }
    if (!this.#prepared.has(task)) {
      this.#prepared.add(task)
      this.#send(['prepared', task])
    }
    for (let index = 0; index < this.#until; index++) {
      this.#answers.calling()
      this.#at(index)
      try {
        const outcome = this.#call(ready, batch, index, spread, inputs[index])
        if (isThenable(outcome)) {
          this.#answers.flushOnTurn()
          const value = await outcome
          // What the call put into queues is there before its result is.
          const underway = sentAhead()
          if (underway !== undefined) await underway
          this.#answers.returned(value)
        } else {
          this.#answers.returned(outcome)
        }
      } catch (error) {
        await sentAhead()
        this.#answers.threw(explainReference(ready.reference, error))
      }
    }
    this.#cancel = undefined
    this.#answers.flush()
    this.#batch = 0
    this.#current?.store(CURRENT_BATCH, 0)
  }

  #call(ready: ReadyTask, batch: number, index: number, spread: boolean, input: unknown): unknown {
    if (!ready.wantsContext) return spread ? ready.run(...(input as unknown[])) : ready.run(input)
    const controller = new AbortController()
    this.#cancel = { batch, index, controller }
    const context = {
      resource: ready.resource,
      signal: controller.signal,
      log: (...message: unknown[]) => this.#send(['log', format(...message)]),
      progress: (value: unknown) => this.#send(['progress', batch, index, value]),
    }
    return spread ? ready.run(...(input as unknown[]), context) : ready.run(input, context)
  }

  /** Makes a task ready once; a setup that failed is tried again by the next batch. */
  async #load(task: number): Promise<ReadyTask> {
    const loading = this.#prepare(task)
    this.#ready.set(task, loading)
    loading.catch(() => this.#ready.delete(task))
    return loading
  }

  async #prepare(task: number): Promise<ReadyTask> {
    await (this.#initialized ??= this.#initialize())
    const reference = this.#references.get(task)
    if (reference === undefined) throw new Error(`Task ${task} was never announced`)
    const body = await this.#loadWithin(task, reference)
    const resource = body.setup && (await setUp(reference.name, body.setup))
    // A new record, not the body itself: the task may have been defined once and be loaded for several names.
    return { reference, run: body.run, teardown: body.teardown, wantsContext: body.wantsContext, resource }
  }

  /** Imports a task's module while the owner looks at the clock. */
  async #loadWithin(task: number, reference: TaskReference): Promise<TaskBody> {
    this.#send(['loading', task])
    try {
      return await loadTask(reference)
    } finally {
      this.#send(['loaded', task, reference.name])
    }
  }

  #initialized: Promise<void> | undefined
  #initializerArgs: (() => readonly unknown[]) | undefined

  async #initialize(): Promise<void> {
    const { initializer } = this.#settings
    if (initializer === null) return
    try {
      const body = await this.#loadWithin(0, initializer)
      await body.run(...(this.#initializerArgs?.() ?? []))
    } catch (error) {
      throw new InitializerError(initializer.name, error)
    }
  }

  async #close(): Promise<void> {
    try {
      for (const loading of this.#ready.values()) {
        const { teardown, resource } = await loading
        await teardown?.(resource)
      }
    } catch (error) {
      this.#send(['log', `teardown failed: ${format(error)}`])
    }
    this.#channel.end()
    // The port of a thread has no end of its own; and timers that a task left behind must not keep a worker alive.
    process.exitCode ??= 0
    setImmediate(() => process.exit())
  }

  #ownerEnded(): void {
    process.exit()
  }
}

/** Runs what the user prepares a worker with. What it throws is wrapped, so that it is told from the call's own error. */
async function setUp(name: string, setup: () => unknown): Promise<unknown> {
  try {
    return await setup()
  } catch (error) {
    throw new SetupError(name, error)
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}
