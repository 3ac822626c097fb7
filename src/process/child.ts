import { constants } from 'node:os'
import { inspect } from 'node:util'
import type { Duration } from '../options/index.ts'
import { NotSerializableError } from '../wire/index.ts'
import type { BodyEnd, BodyOptions, WorkerBody } from './body.ts'
import { WorkerDiedError, WorkerStartError } from './errors.ts'
import type { FromMain, Given, Launch, ToMain } from './launch.ts'
import { type Output, outputWriter } from './output.ts'
import { startProcess } from './process-body.ts'
import { relay } from './relay.ts'
import { startThread } from './thread-body.ts'
import { waitAtMost } from './wait-at-most.ts'

export interface ChildOptions extends Pick<BodyOptions, 'memoryLimit' | 'env' | 'execArgv'> {
  readonly output: Output | 'inherit'
}

/** What is remembered of a launch. */
type Who = Pick<Launch, 'kind' | 'name' | 'daemon' | 'outlives' | 'owner'>

/** How a child ended. */
export interface ChildEnd {
  /** Its exit code; minus the number of the signal that ended it. */
  readonly exitCode: number
  /** What ended it, where that was an error. */
  readonly error: unknown
}

/** A started Process or Thread, as its owner sees it. */
export class Child {
  readonly pid: number
  /** Resolves when it has ended and all its output was passed on. */
  readonly ended: Promise<undefined>
  readonly #who: Who
  readonly #output: Output | 'inherit'
  /** Until it ended: a channel holds on to what was sent last. */
  #body: WorkerBody | undefined
  readonly #relayed: Promise<void>
  #end: ChildEnd | undefined
  #asked: 'SIGTERM' | 'SIGKILL' | undefined
  #endedItself = false
  #fatal: { readonly error: unknown } | undefined
  #waiting = 0

  /**
   * Starts it.
   *
   * @param onEnd called once, before `ended` resolves
   * @throws {@link WorkerStartError} where the system refuses, and NotSerializableError for what cannot travel.
   */
  constructor(launch: Launch, given: Given, { output, ...options }: ChildOptions, onEnd: (child: Child) => void) {
    const { kind, name, daemon, outlives, owner } = launch
    this.#who = { kind, name, daemon, outlives, owner }
    this.#output = output
    const { promise, resolve } = Promise.withResolvers<undefined>()
    this.ended = promise
    const body = this.#start(options, (end) => {
      void this.#ended(end).then(() => {
        onEnd(this)
        resolve(undefined)
      })
    })
    this.#body = body
    this.pid = body.pid
    body.watch?.(true)
    const { channel, outputs } = body
    channel.listen(
      (message) => this.#receive(message as FromMain),
      () => {},
      (error) => (this.#fatal = { error }),
    )
    this.#relayed = outputs === null || output === 'inherit' ? Promise.resolve() : relay(outputs, output, launch.name)
    this.#send(body, ['launch', launch])
    this.#send(body, ['given', given])
    if (daemon) body.unref()
  }

  /** How it ended, once it has. */
  get end(): ChildEnd | undefined {
    return this.#end
  }

  signal(signal: 'SIGTERM' | 'SIGKILL'): void {
    if (this.#body === undefined) return
    this.#asked = signal
    this.#body.kill(signal)
  }

  /** Waits for its end, for at most `timeout`, and keeps the program alive meanwhile. */
  async wait(timeout: Duration | undefined): Promise<void> {
    if (this.#end !== undefined) return
    if (this.#waiting++ === 0) this.#body?.ref()
    try {
      await waitAtMost(this.ended, timeout)
    } finally {
      if (--this.#waiting === 0 && this.#who.daemon) this.#body?.unref()
    }
  }

  #start(options: Omit<ChildOptions, 'output'>, onEnd: BodyOptions['onEnd']): WorkerBody {
    const { kind, name, outlives, owner } = this.#who
    const start = kind === 'thread' ? startThread : startProcess
    const settings = { name, owner: owner.name, initializer: null }
    try {
      const inheritOutput = this.#output === 'inherit'
      return start({ ...options, settings, program: 'main', inheritOutput, outlives, onEnd })
    } catch (cause) {
      const detail = cause instanceof Error ? cause.message : String(cause)
      throw new WorkerStartError({ worker: name, reason: 'start', exitCode: null, signal: null, cause, detail })
    }
  }

  /** Sends it what to run; where that cannot travel there is nothing for it to do. */
  #send(body: WorkerBody, message: ToMain): void {
    try {
      body.channel.send(message)
    } catch (error) {
      body.kill()
      body.unref()
      throw error instanceof NotSerializableError ? error.within(this.#who.name, /^\[1\]/) : error
    }
  }

  #receive(message: FromMain): void {
    if (message[0] === 'ending') this.#endedItself = true
    else this.#fatal = { error: message[1] }
  }

  async #ended(end: BodyEnd): Promise<void> {
    // A thread's last output comes after its end. A process's came before, unless somebody else still holds it open.
    if (this.#who.kind === 'thread') await this.#relayed
    this.#body = undefined
    const error = this.#cause(end)
    this.#end = { exitCode: this.#exitCode(end), error }
    if (error !== undefined) this.#tell(end, error)
  }

  #exitCode({ exitCode, signal }: BodyEnd): number {
    if (signal !== null) return -constants.signals[signal]
    // A thread knows no signals: ended from outside it has code 1, or 0 when it had not begun.
    if (this.#who.kind === 'thread' && this.#asked !== undefined && !this.#endedItself) {
      return -constants.signals[this.#asked]
    }
    return exitCode ?? 1
  }

  #cause(end: BodyEnd): unknown {
    if (this.#fatal !== undefined) return this.#fatal.error
    if (this.#asked !== undefined || end.reason === 'exit') return undefined
    if (end.reason === 'uncaught') return end.cause
    const worker = this.#who.name
    return end.reason === 'start' ? new WorkerStartError({ ...end, worker }) : new WorkerDiedError({ ...end, worker })
  }

  /** A process printed its error itself, as any program does; for one that did not start, and for a thread, we do. */
  #tell({ reason }: BodyEnd, error: unknown): void {
    const { kind, name } = this.#who
    if (kind === 'process' && reason !== 'start') return
    const text = reason === 'uncaught' || this.#fatal ? inspect(error) : String(error)
    const lines = [`${kind === 'thread' ? 'Thread' : 'Process'} ${name}:`, ...text.split('\n')]
    const write = outputWriter(this.#output === 'inherit' ? 'plain' : this.#output)
    for (const line of lines) write({ name }, line, 'stderr')
  }
}
