import { encodeValue } from '../store/encode.ts'
import { StoreWriterDiedError } from '../store/errors.ts'
import type { RawAttempt, RunRecord, StoreFacts, TaskIdentity } from '../store/outcome.ts'
import { unpackError } from '../store/pack-error.ts'
import { BatchBuilder, type Entry, keysOf } from './batch.ts'
import { type WriterEnd, type WriterKind, type WriterLink, startWriter } from './link.ts'
import { LARGE_BYTES, Pace } from './pace.ts'
import type { FromWriter } from './protocol.ts'
import type { Recorder, RecorderEvents } from './recorder.ts'

/** How much may be unsaved before the run stops handing out items. */
const MOST_ITEMS = 16384
const MOST_BYTES = 32 * 1024 ** 2

export interface FileRecorderOptions {
  readonly path: string
  readonly writer: WriterKind
  readonly saveEvery: number
  readonly saveInterval: number
  readonly task: TaskIdentity
  readonly restart: boolean
  readonly refuseChanged: boolean
}

interface InFlight {
  readonly batch: BatchBuilder
  readonly start: number
}

type Opened = Extract<FromWriter, { type: 'opened' }>

/** Hands outcomes to the writer of a store, in groups, and knows what is saved. writer/protocol.ts tells the whole. */
export class FileRecorder implements Recorder {
  readonly #options: FileRecorderOptions
  readonly #events: RecorderEvents
  readonly #pace: Pace
  readonly #link: WriterLink
  readonly #opened = Promise.withResolvers<Opened>()
  readonly #ended = Promise.withResolvers<void>()
  readonly #checks = new Map<number, PromiseWithResolvers<Uint8Array>>()
  #facts: StoreFacts | undefined
  #isChanged = false
  #isEmpty = true
  // One is filled while the other is on its way.
  #pending = new BatchBuilder()
  #spare = new BatchBuilder()
  #pendingSince = 0
  #inFlight: InFlight | undefined
  #timer: NodeJS.Timeout | undefined
  #timerAt = 0
  #ids = 0
  #saves = 0
  #wasFull = false
  #closing: 'no' | 'flushing' | 'closed' = 'no'
  #lastWords: RunRecord | undefined
  #failure: Error | undefined
  /** Whether the writer said that it closed the file. */
  #isOver = false

  private constructor(options: FileRecorderOptions, events: RecorderEvents) {
    this.#options = options
    this.#events = events
    this.#pace = new Pace(options.saveEvery, options.saveInterval)
    // Whoever waits for them gets their errors; where nobody waits, onError tells.
    this.#opened.promise.catch(() => {})
    this.#ended.promise.catch(() => {})
    this.#link = startWriter(options.writer, {
      onMessage: (message) => this.#receive(message),
      onEnd: (end) => this.#writerEnded(end),
    })
  }

  /**
   * Starts the writer and lets it open the store; a new one is not made before `begin`.
   *
   * @throws {@link StoreError} when the store cannot be used.
   */
  static async open(options: FileRecorderOptions, events: RecorderEvents): Promise<FileRecorder> {
    const recorder = new FileRecorder(options, events)
    const { path, task, restart, refuseChanged } = options
    recorder.#link.send({ type: 'open', path, pid: process.pid, task, restart, refuseChanged })
    const { facts, isEmpty, isChanged, warnings } = await recorder.#opened.promise
    recorder.#facts = facts ?? undefined
    recorder.#isEmpty = isEmpty
    recorder.#isChanged = isChanged
    for (const warning of warnings) events.onWarning('STORE_DAMAGED', warning)
    return recorder
  }

  get facts(): StoreFacts | undefined {
    return this.#facts
  }

  get isChanged(): boolean {
    return this.#isChanged
  }

  get isEmpty(): boolean {
    return this.#isEmpty
  }

  get saves(): number {
    return this.#saves
  }

  /** The process that the writer lives in. */
  get writerPid(): number {
    return this.#link.pid
  }

  begin(root: string | undefined, run: RunRecord): void {
    this.#link.send({ type: 'begin', root: root ?? null, run })
  }

  hasRoom(): boolean {
    const sent = this.#inFlight?.batch
    const items = this.#pending.size + (sent?.size ?? 0)
    const bytes = this.#pending.bytes + (sent?.bytes ?? 0)
    const hasRoom = items < MOST_ITEMS && bytes < MOST_BYTES
    if (!hasRoom) this.#wasFull = true
    return hasRoom
  }

  check(keys: readonly string[], fingerprints: readonly (string | null)[] | null): Promise<Uint8Array> {
    if (this.#failure) return Promise.reject(this.#failure)
    const waiting = Promise.withResolvers<Uint8Array>()
    const id = ++this.#ids
    this.#checks.set(id, waiting)
    this.#link.send({ type: 'check', id, keys, fingerprints })
    return waiting.promise
  }

  encode(value: unknown): string {
    return encodeValue(value)
  }

  add(entry: Entry): void {
    this.#pending.add(entry)
    this.#added()
  }

  addTry(attempt: RawAttempt): void {
    this.#pending.addTry(attempt)
    this.#added()
  }

  note(run: RunRecord): void {
    this.#link.send({ type: 'run', run })
  }

  flush(): void {
    if (this.#pending.size > 0) this.#ship()
  }

  async end(run: RunRecord): Promise<void> {
    this.#lastWords = run
    await this.abandon()
  }

  async abandon(): Promise<void> {
    if (this.#failure === undefined && this.#closing === 'no') {
      this.#closing = 'flushing'
      this.#ship()
    }
    await this.#ended.promise
  }

  #added(): void {
    if (this.#pending.size === 1) this.#pendingSince = performance.now()
    if (this.#inFlight !== undefined) return
    // Only these change the answer that the timer was set by.
    const isTurn =
      this.#timer === undefined || this.#pending.size === this.#options.saveEvery || this.#pending.bytes >= LARGE_BYTES
    if (isTurn) this.#schedule()
  }

  /** Sends what waits, now or when it is time. */
  #schedule(): void {
    const now = performance.now()
    const wait = this.#pace.wait(this.#pending.size, this.#pending.bytes, this.#pendingSince, now)
    if (wait === 0 || this.#wasFull) {
      this.#ship()
      return
    }
    if (this.#timer !== undefined && this.#timerAt <= now + wait) return
    clearTimeout(this.#timer)
    this.#timerAt = now + wait
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (this.#inFlight === undefined && this.#pending.size > 0) this.#schedule()
    }, wait)
  }

  /** Sends what waits, unless a batch is on its way: then its receipt does. */
  #ship(): void {
    if (this.#inFlight !== undefined || this.#failure !== undefined || this.#closing === 'closed') return
    clearTimeout(this.#timer)
    this.#timer = undefined
    if (this.#pending.size > 0) {
      const batch = this.#pending
      this.#pending = this.#spare
      this.#inFlight = { batch, start: performance.now() }
      this.#link.send({ type: 'save', batch: batch.pack(++this.#ids) })
    } else if (this.#closing === 'flushing') {
      this.#closing = 'closed'
      if (this.#lastWords) this.note(this.#lastWords)
      this.#link.send({ type: 'close' })
    }
  }

  #receive(message: FromWriter): void {
    switch (message.type) {
      case 'opened':
        return this.#opened.resolve(message)
      case 'checked':
        this.#checks.get(message.id)?.resolve(message.standings)
        this.#checks.delete(message.id)
        return undefined
      case 'saved':
        return this.#saved()
      case 'waiting':
        return this.#events.onWarning(
          'STORE_WAITING',
          `Another program reads the store ${this.#options.path} and holds up saving; nothing is lost while it does`,
        )
      case 'failed':
        return this.#fail(unpackError(message.error, this.#options.path))
      case 'closed':
        this.#isOver = true
        return undefined
    }
  }

  #saved(): void {
    const sent = this.#inFlight
    if (sent === undefined) return
    this.#inFlight = undefined
    this.#saves++
    this.#pace.committed(sent.start, performance.now())
    const { batch } = sent
    this.#events.onSaved(batch.outcomes, () => keysOf(batch.pack(0)))
    batch.clear()
    this.#spare = batch
    if (this.#closing !== 'no') this.#ship()
    else if (this.#pending.size > 0) this.#schedule()
    if (this.#wasFull && this.#closing === 'no') {
      this.#wasFull = false
      this.#events.onRoom()
    }
  }

  #writerEnded({ exitCode, signal, cause }: WriterEnd): void {
    if (this.#isOver) this.#ended.resolve()
    else
      this.#fail(new StoreWriterDiedError(this.#options.path, exitCode, signal, cause === undefined ? {} : { cause }))
  }

  #fail(error: Error): void {
    clearTimeout(this.#timer)
    if (this.#failure !== undefined) return
    this.#failure = error
    this.#opened.reject(error)
    for (const check of this.#checks.values()) check.reject(error)
    this.#checks.clear()
    this.#ended.reject(error)
    this.#events.onError(error)
  }
}
