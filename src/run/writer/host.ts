import path from 'node:path'
import { HeldUpError, type StoreBody } from '../store/body.ts'
import { StoreTaskError, TaskChangedError } from '../store/errors.ts'
import { StoreLock } from '../store/lock.ts'
import { exists, openBody, removeStore } from '../store/open-body.ts'
import type { StoreFacts, TaskIdentity } from '../store/outcome.ts'
import { packError } from '../store/pack-error.ts'
import { isSameTask } from '../store/same-task.ts'
import { unpack } from './batch.ts'
import type { FromWriter, ToWriter } from './protocol.ts'

type Open = Extract<ToWriter, { type: 'open' }>

/**
 * When a commit that another program holds up is tried again, in milliseconds: SQLite has no event for it. Each try
 * itself waits for a tenth of a second.
 */
const RETRY_FIRST = 20
const RETRY_MOST = 500

/** After so many tries, about a second, the user is told. */
const TRIES_BEFORE_WORD = 5

/** The writer of a store, wherever it lives. protocol.ts tells what it is asked and what it answers. */
export class WriterHost {
  readonly #send: (message: FromWriter) => void
  readonly #onClosed: () => void
  #lock: StoreLock | undefined
  #body: StoreBody | undefined
  #opened: Open | undefined
  #isClosed = false
  /** A message that is held up, and those behind it. */
  readonly #queue: ToWriter[] = []

  constructor(send: (message: FromWriter) => void, onClosed: () => void) {
    this.#send = send
    this.#onClosed = onClosed
  }

  receive(message: ToWriter): void {
    if (this.#isClosed) return
    // Behind a save that is held up everything waits for its turn, but questions, which may be what the work waits for.
    if (this.#queue.length > 0 && message.type !== 'check') this.#queue.push(message)
    else this.#attempt(message)
  }

  /** The run is gone: what it sent is saved, then the writer ends. */
  abandoned(): void {
    this.receive({ type: 'close' })
  }

  /** Handles a message; one that is held up is tried again. False when it is. */
  #attempt(message: ToWriter): boolean {
    try {
      this.#handle(message)
      return true
    } catch (error) {
      if (error instanceof HeldUpError) {
        if (this.#queue.length === 0) this.#heldUp(message)
        return false
      }
      this.#release()
      this.#send({ type: 'failed', error: packError(error) })
      this.#onClosed()
      return true
    }
  }

  #heldUp(message: ToWriter): void {
    this.#queue.push(message)
    let tries = 0
    const again = (): void => {
      const [first] = this.#queue
      if (first === undefined || this.#isClosed) return
      if (!this.#attempt(first)) {
        if (++tries === TRIES_BEFORE_WORD) this.#send({ type: 'waiting' })
        setTimeout(again, Math.min(RETRY_MOST, RETRY_FIRST * tries))
        return
      }
      this.#queue.shift()
      tries = 0
      setImmediate(again)
    }
    setTimeout(again, RETRY_FIRST)
  }

  #handle(message: ToWriter): void {
    switch (message.type) {
      case 'open':
        return this.#open(message)
      case 'begin':
        return this.#begin(message)
      case 'check':
        return this.#send({
          type: 'checked',
          id: message.id,
          standings: this.#store.check(message.keys, message.fingerprints),
        })
      case 'save':
        this.#store.commit(unpack(message.batch))
        return this.#send({ type: 'saved', id: message.batch.id })
      case 'run':
        return this.#store.record(message.run)
      case 'close':
        this.#release()
        this.#send({ type: 'closed' })
        return this.#onClosed()
    }
  }

  get #store(): StoreBody {
    if (this.#body === undefined) throw new Error('The writer was asked before it was told to begin')
    return this.#body
  }

  #open(message: Open): void {
    this.#opened = message
    this.#lock = StoreLock.acquire(message.path, message.pid)
    const body = exists(message.path) ? openBody(message.path) : undefined
    const facts = message.restart ? undefined : body?.facts
    if (body !== undefined && message.restart) body.close()
    else this.#body = body
    const isChanged = facts !== undefined && this.#admit(facts, message)
    this.#send({
      type: 'opened',
      facts: facts ?? null,
      isEmpty: message.restart || (body?.isEmpty ?? true),
      isChanged,
      warnings: body?.warnings ?? [],
    })
  }

  /** Whether the code of the task changed since. Refuses the results of another one. */
  #admit(facts: StoreFacts, { path: file, task, refuseChanged }: Open): boolean {
    if (facts.task === null || this.#body?.isEmpty) return false
    if (!isSameTask(facts.task, task)) throw new StoreTaskError(file, facts.task.name, task.name)
    const isChanged = facts.task.code !== task.code
    if (isChanged && refuseChanged) throw new TaskChangedError(file, task.name)
    return isChanged
  }

  #begin({ root, run }: Extract<ToWriter, { type: 'begin' }>): void {
    if (this.#opened === undefined) throw new Error('The writer was told to begin before it was told what to open')
    const { path: file, task, restart } = this.#opened
    if (restart) removeStore(file)
    this.#body ??= openBody(file)
    const earlier = restart ? undefined : this.#body.facts
    const facts: StoreFacts = {
      created: earlier?.created ?? run.startedAt,
      task: merged(earlier?.task, task),
      root: root === null ? (earlier?.root ?? null) : relativeRoot(file, root),
      versions: versionsWith(earlier?.versions ?? [], task.code),
    }
    this.#body.begin(facts, run, facts.versions.indexOf(task.code) + 1)
  }

  #release(): void {
    this.#isClosed = true
    try {
      this.#body?.close()
    } finally {
      this.#lock?.release()
    }
  }
}

/** What is known of the task from now and from before: it may have been named in another way then. */
function merged(earlier: TaskIdentity | null | undefined, task: TaskIdentity): TaskIdentity {
  return {
    ...task,
    export: task.export ?? earlier?.export ?? null,
    position: task.position ?? earlier?.position ?? null,
  }
}

function versionsWith(versions: readonly string[], code: string): readonly string[] {
  return versions.includes(code) ? versions : [...versions, code]
}

/** The folder that keys are relative to, as the store keeps it, and back: the two may move together. */
function relativeRoot(file: string, root: string): string {
  return path.relative(path.dirname(file), root).split(path.sep).join('/') || '.'
}
