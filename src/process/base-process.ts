import { InvalidOptionError, InvalidStateError, show } from '../errors/index.ts'
import { type Duration, size } from '../options/index.ts'
import { type ModuleMeta, refuseInImport } from '../task/index.ts'
import { Child } from './child.ts'
import { addChild, removeChild } from './children.ts'
import { type Identity, self } from './identity.ts'
import type { Launch } from './launch.ts'
import { type ProcessOptions, argumentList, checkFlag, checkName, checkOutput } from './process-options.ts'
import { type AnyClass, classReference, registerClass } from './registry.ts'
import { REVIVED, type Revived, revivedState } from './revive.ts'
import { type Sentinel, makeSentinel } from './sentinel.ts'
import { type Work, localWork, runWork } from './target.ts'
import type { WorkerKind } from './worker-options.ts'

/**
 * What {@link Process} and {@link Thread} share: one function that runs in a body of its own.
 *
 * Modes: `initial` → `started` → `ended` → `closed`; `close()` also leads from `initial` to `closed`. `self` is the
 * process that runs this code, as `currentProcess()` gives it, and stays so.
 *
 * @example
 * ```ts
 * import { type BaseProcess, Process, Thread } from 'manyhands'
 *
 * const target = (name: string): void => console.log(`hello ${name}`)
 * const both: BaseProcess[] = [new Process({ target, args: ['Ada'] }), new Thread({ target, args: ['Bob'] })]
 * for (const each of both) each.start()
 * console.log(await Promise.all(both.map((each) => each.join()))) // [ 0, 0 ]
 * ```
 */
export abstract class BaseProcess<A extends readonly unknown[] = never[]> {
  /** Whether it runs in a thread or in a process of its own. */
  abstract get kind(): WorkerKind
  #mode: 'initial' | 'started' | 'ended' | 'closed' | 'self' = 'initial'
  #name: string
  readonly #path: readonly number[]
  #daemon: boolean
  readonly #options: Omit<ProcessOptions, 'target' | 'args'>
  #work: Work | undefined
  /** Who this is, where this code runs in it. */
  readonly #self: Identity | undefined
  #child: Child | undefined
  #sentinel: ReturnType<typeof makeSentinel> | undefined

  /**
   * Makes a subclass known under its module and its name, so that it can be found where it runs. Every subclass calls
   * it once: `static { this.register(import.meta) }`.
   *
   * @param meta - `import.meta` of the module (`module` in CommonJS), where the class stands at the top level.
   * @throws {@link InvalidOptionError} for a class without a name, or with that of another class of its module.
   */
  static register(meta: ModuleMeta): void {
    registerClass(this, meta)
  }

  /**
   * @throws {@link InvalidOptionError} for an option of the wrong type, and {@link TaskLoadError} for a target that
   * cannot be found. Nothing is started yet.
   */
  constructor(options: ProcessOptions<A> = {}) {
    const revived = revivedState(options)
    const own = revived?.identity ?? self()
    const { target, args, ...rest } = options
    this.#options = rest
    this.#self = revived?.identity
    this.#path = revived ? own.path : [...own.path, ++own.made]
    this.#name = revived ? own.name : checkName(options.name ?? `${new.target.name}-${this.#path.join(':')}`)
    this.#daemon = revived ? own.daemon : checkFlag('daemon', options.daemon ?? own.daemon)
    if (revived) {
      this.#mode = 'self'
      this.#work = revived.work
      Object.assign(this, revived.fields)
      return
    }
    checkOutput(options.output ?? 'plain')
    if (options.memoryLimit !== undefined) size('memoryLimit', options.memoryLimit)
    checkFlag('allowChildren', options.allowChildren ?? false)
    checkFlag('outliveParent', options.outliveParent ?? false)
    this.#work = localWork(target, argumentList(args ?? []), new.target.prototype as object)
  }

  /**
   * An instance in the process that it describes.
   *
   * @internal
   */
  static [REVIVED](state: Revived): BaseProcess {
    // Neither the constructors of subclasses nor their field initialisers run: their outcome is what was sent.
    return Reflect.construct(BaseProcess, [{ [REVIVED]: state }], this) as BaseProcess
  }

  /**
   * What the new process runs: calls `target` with `args`, unless a subclass overrides it. It runs there on a copy of
   * this object. Calling it here runs it here.
   */
  run(): unknown {
    return this.#work === undefined ? undefined : runWork(this.#work, this)
  }

  /**
   * Starts it. What it runs, its arguments and own fields are copied now.
   *
   * @throws {@link InvalidStateError} when it was started before, or a daemon starts it; NotSerializableError for an
   * argument or field that cannot travel; {@link WorkerStartError} where the system refuses; {@link MainGuardError}
   * while a worker imports the module that starts it.
   */
  start(): void {
    this.#require(this.#mode === 'initial', 'start', 'it can be started only once; make another one')
    refuseInImport()
    const owner = self()
    if (owner.daemon && !owner.mayHaveChildren) {
      throw new InvalidStateError(
        `daemonic processes are not allowed to have children: ${owner.name} is a daemon and cannot start ` +
          `${this.#name}. Make it with \`allowChildren: true\`, or with \`daemon: false\``,
      )
    }
    const { output = 'plain', memoryLimit, env, execArgv } = this.#options
    const limit = memoryLimit === undefined ? undefined : size('memoryLimit', memoryLimit)
    const options = { output, memoryLimit: limit, env, execArgv }
    const given = { args: this.#work?.args ?? [], fields: Object.fromEntries(Object.entries(this)) }
    this.#child = new Child(this.#launch(owner), given, options, (child) => this.#ended(child))
    this.#mode = 'started'
    this.#work = undefined
    addChild(this)
  }

  #ended(child: Child): void {
    // One that could not be sent what to run ends too, and is not this one.
    if (child !== this.#child) return
    this.#mode = 'ended'
    removeChild(this)
    this.#sentinel?.end()
  }

  #launch(owner: Identity): Launch {
    const { allowChildren = false, outliveParent = false } = this.#options
    if (outliveParent && this.kind === 'thread') {
      throw new InvalidOptionError('outliveParent', 'false for a thread, which ends with its process', true)
    }
    const registered = this.constructor as AnyClass
    const isBase = Object.getPrototypeOf(registered) === BaseProcess
    const reference = isBase ? null : classReference(registered)
    if (reference === undefined) {
      throw new InvalidStateError(
        `The class ${registered.name} is unknown where it should run. ` +
          'Write `static { this.register(import.meta) }` into it',
      )
    }
    return {
      kind: this.kind,
      name: this.#name,
      daemon: this.#daemon,
      mayHaveChildren: !this.#daemon || allowChildren,
      outlives: outliveParent,
      path: this.#path,
      owner: { name: owner.name, pid: process.pid },
      class: reference,
      target: this.#work?.target ?? null,
    }
  }

  /**
   * Waits for its end, at most for `timeout`, and gives its exit code, or null while it runs. Its output was passed on
   * by then. Any number may wait, any number of times.
   *
   * @param timeout - as in Python, 0 and less only look
   * @throws {@link InvalidStateError} before the start, after `close()`, and where it was not started from here.
   */
  async join(timeout?: Duration): Promise<number | null> {
    const child = this.#started('join')
    await child.wait(timeout)
    return child.end?.exitCode ?? null
  }

  /** Asks it to end: SIGTERM, which its code may handle; a thread ends at once. Python's `terminate()`. */
  terminate(): void {
    this.#started('terminate').signal('SIGTERM')
  }

  /** Ends it at once, whatever it does: SIGKILL. */
  kill(): void {
    this.#started('kill').signal('SIGKILL')
  }

  /**
   * Lets go of everything that belongs to it; afterwards only its name can be asked for. Closing twice is fine.
   *
   * @throws {@link InvalidStateError} while it runs.
   */
  close(): void {
    const running = this.#mode === 'started' || this.#mode === 'self'
    this.#require(!running, 'close', 'it still runs; join() or terminate() it first')
    this.#mode = 'closed'
    this.#child = undefined
    this.#work = undefined
  }

  /** Ends it if it runs, with a second for its own handler of SIGTERM, and closes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#mode === 'started') {
      this.terminate()
      if ((await this.join(1000)) === null) this.kill()
      await this.join()
    }
    this.close()
  }

  /** Whether it runs: it was started and its end was not seen yet. */
  isAlive(): boolean {
    this.#requireOpen('isAlive')
    return this.#mode === 'started' || this.#mode === 'self'
  }

  get name(): string {
    return this.#self?.name ?? this.#name
  }

  /** @throws {@link InvalidStateError} after the start, and {@link InvalidOptionError} for anything but a string. */
  set name(name: string) {
    this.#require(this.#mode === 'initial' || this.#mode === 'self', 'name', 'it has started; set the name before')
    if (this.#self) this.#self.name = checkName(name)
    else this.#name = checkName(name)
  }

  /** Whether it is ended with its parent, not waited for. */
  get daemon(): boolean {
    return this.#daemon
  }

  /** @throws {@link InvalidStateError} after the start. */
  set daemon(daemon: boolean) {
    this.#require(this.#mode === 'initial', 'daemon', 'it has started; set `daemon` before')
    this.#daemon = checkFlag('daemon', daemon)
  }

  /** Process id, that of the whole process for a thread; null before the start. */
  get pid(): number | null {
    this.#requireOpen('pid')
    return this.#self ? process.pid : (this.#child?.pid ?? null)
  }

  /**
   * Null while it has not ended; then 0 for an ordinary end, 1 for an error that nobody caught, n for
   * `process.exit(n)`, and -n where signal number n ended it, for a thread too: -15 after `terminate()`.
   */
  get exitCode(): number | null {
    this.#requireOpen('exitCode')
    return this.#child?.end?.exitCode ?? null
  }

  /** What ended it, where that was an error: what its function threw, or a {@link WorkerDiedError}. */
  get error(): unknown {
    this.#requireOpen('error')
    return this.#child?.end?.error
  }

  /** Something to wait for together with other things: it settles when the process ends. */
  get sentinel(): Sentinel {
    const child = this.#started('sentinel')
    if (this.#sentinel === undefined) {
      this.#sentinel = makeSentinel()
      if (child.end !== undefined) this.#sentinel.end()
    }
    return this.#sentinel.sentinel
  }

  #started(what: string): Child {
    this.#requireOpen(what)
    if (this.#child !== undefined) return this.#child
    const why =
      this.#mode === 'self'
        ? 'is for its parent; what was not started from here cannot be waited for or ended from here'
        : 'needs a process that was started; call start() first'
    throw new InvalidStateError(`${this.#name}: \`${what}\` ${why}`)
  }

  #requireOpen(what: string): void {
    this.#require(this.#mode !== 'closed', what, 'it is closed')
  }

  #require(condition: boolean, what: string, why: string): void {
    if (condition) return
    throw new InvalidStateError(`\`${what}\` of the process ${show(this.#name)} is not possible: ${why}`)
  }
}
