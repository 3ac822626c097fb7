import { inspect } from 'node:util'
import { InvalidStateError } from '../errors/index.ts'
import { importModule } from '../task/index.ts'
import { type Channel, sentAhead } from '../wire/index.ts'
import type { BaseProcess } from './base-process.ts'
import { setCurrent } from './current.ts'
import { acceptExitForms } from './exit-forms.ts'
import { become, self } from './identity.ts'
import type { FromMain, Given, Launch, ToMain } from './launch.ts'
import { ParentHandle } from './parent.ts'
import { Process } from './process-class.ts'
import { loadClass } from './registry.ts'
import { revive } from './revive.ts'
import { Thread } from './thread-class.ts'
import type { WorkerKind } from './worker-options.ts'

/** Node's own exit code for a program that waits for what never comes. */
const NOTHING_LEFT = 13

/** The child's side: takes its two messages, becomes the process they describe, and runs it. See launch.ts. */
export class MainAgent {
  readonly #channel: Channel
  readonly #kind: WorkerKind
  #parent: ParentHandle | undefined
  #outlives = false
  #settled = false
  #failing = false

  constructor(channel: Channel, kind: WorkerKind) {
    this.#channel = channel
    this.#kind = kind
  }

  start(): void {
    let launch: Launch | undefined
    const run = (read: () => Given): void => {
      if (launch !== undefined) void this.#run(launch, read)
    }
    this.#channel.listen(
      (message) => {
        const [kind, told] = message as ToMain
        if (kind === 'launch') launch = told
        else run(() => told)
      },
      () => this.#ownerEnded(),
      (_error, again) => run(() => (again() as ToMain)[1] as Given),
    )
    process.once('beforeExit', () => this.#nothingLeft())
    // Sees an error that nobody catches without taking it over: Node prints it and ends the process with its own code.
    process.on('uncaughtExceptionMonitor', (error) => {
      if (this.#failing) return
      this.#tell(error)
      if (this.#kind === 'process') process.stderr.write(`Process ${self().name}:\n`)
    })
    if (this.#kind === 'thread') process.on('exit', () => this.#channel.send(['ending'] satisfies FromMain))
    acceptExitForms()
  }

  async #run(launch: Launch, read: () => Given): Promise<void> {
    const { name, daemon, mayHaveChildren, path, owner, target } = launch
    this.#outlives = launch.outlives
    this.#parent = new ParentHandle(owner.name, owner.pid, this.#channel)
    become({ name, daemon, mayHaveChildren, path, parent: this.#parent })
    // From here on only what the process itself does keeps it alive.
    this.#channel.unref()
    try {
      const base = this.#kind === 'thread' ? Thread : Process
      const processClass = launch.class === null ? base : await loadClass(launch.class)
      // What registers the classes of arguments is imported before they are read.
      if (target !== null && 'module' in target) await importModule(target)
      const { args, fields } = read()
      const work = target === null ? undefined : { target, args }
      const instance = revive<BaseProcess>(processClass, { identity: self(), fields, work })
      setCurrent(instance)
      await instance.run()
      // What it put into queues arrives, also where its end comes by process.exit.
      await sentAhead()
      this.#settled = true
    } catch (error) {
      this.#settled = true
      this.#fail(explainFields(error), 1)
    }
  }

  #nothingLeft(): void {
    if (this.#settled) return
    this.#fail(new InvalidStateError(`${self().name} waits for a promise that nothing is left to settle`), NOTHING_LEFT)
  }

  /** Ends it of an error, as Node ends a program. A thread's owner prints the error. */
  #fail(error: unknown, exitCode: number): void {
    this.#failing = true
    this.#tell(error)
    if (this.#kind === 'thread') process.exit(exitCode)
    process.stderr.write(`Process ${self().name}:\n${inspect(error)}\n`, () => process.exit(exitCode))
  }

  #tell(error: unknown): void {
    const send = (message: FromMain): void => this.#channel.send(message)
    try {
      send(['fatal', error])
    } catch {
      send(['fatal', new Error(inspect(error))])
    }
  }

  #ownerEnded(): void {
    this.#parent?.ended()
    if (!this.#outlives) process.exit()
  }
}

/** What a `#private` name or a field of the constructor's would need is explained: neither is set in a copy. */
function explainFields(error: unknown): unknown {
  if (!(error instanceof TypeError) || !/private|Receiver must be/.test(error.message)) return error
  return new TypeError(
    `${error.message}. A process runs on a copy of its object that has its ordinary fields only, not the ` +
      '`#private` ones: use `private` or `readonly` fields for what run() needs',
    { cause: error },
  )
}
