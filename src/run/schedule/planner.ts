import { DuplicateKeyError } from '../inputs/errors.ts'
import { KeySet } from '../inputs/key-set.ts'
import type { Item, OpenSource } from '../inputs/source.ts'
import { Standing } from '../store/outcome.ts'

/** An item that is to be done. */
export interface Planned<V> {
  readonly item: Item<V>
  /** Whether the store holds it already, and its outcome is to be replaced. */
  readonly known: boolean
}

/** Inputs in one question to the store. */
const PAGE = 500

/** What the planner needs to know of its run. */
export interface PlannerOptions {
  readonly check:
    ((keys: readonly string[], fingerprints: readonly (string | null)[] | null) => Promise<Uint8Array>) | undefined
  readonly retryFailed: boolean
  readonly redoOutdated: boolean
  /** At most so many items are planned. */
  readonly limit: number
  readonly onSkipped: (key: string, reason: 'done' | 'failed') => void
  /** There is something to take, or nothing more will come. */
  readonly onReady: () => void
  readonly onError: (error: unknown) => void
}

/**
 * Reads inputs as the run needs them and leaves out what is done. It holds at most three pages: one that is handed out, one
 * that the store is asked about, and one that is being read.
 */
export class Planner<V> {
  readonly #options: PlannerOptions
  readonly #source: OpenSource<V>
  readonly #keys: KeySet | undefined
  #ready: Planned<V>[] = []
  #head = 0
  #planned = 0
  #position = 0
  #state: 'reading' | 'resting' | 'ended' = 'resting'
  #onHungry: (() => void) | undefined

  constructor(source: OpenSource<V>, options: PlannerOptions) {
    this.#source = source
    this.#options = options
    this.#keys = source.isUnique ? undefined : new KeySet()
  }

  /** How many items wait to be taken. */
  get waiting(): number {
    return this.#ready.length - this.#head
  }

  /** Whether nothing waits and nothing more will come. */
  get isExhausted(): boolean {
    return this.#state === 'ended' && this.waiting === 0
  }

  start(): void {
    this.#state = 'reading'
    this.#read()
      .catch((error: unknown) => {
        if (this.#state !== 'ended') this.#options.onError(error)
      })
      .finally(() => {
        this.#state = 'ended'
        this.#options.onReady()
      })
  }

  /** The next item to do; undefined when none is ready. */
  take(): Planned<V> | undefined {
    const next = this.#ready[this.#head]
    if (next === undefined) return undefined
    this.#head++
    if (this.waiting < PAGE) this.#onHungry?.()
    return next
  }

  /** Reads no more, and gives up what waits. Inputs that are waited for are left when the next one comes. */
  stop(): void {
    this.#ready = []
    this.#head = 0
    this.#state = 'ended'
    this.#onHungry?.()
  }

  async #read(): Promise<void> {
    let delivered = Promise.resolve()
    for await (const page of this.#pages()) {
      // While the store looks at one page, the next is read; each is handed on as soon as those before it are.
      const before = delivered
      delivered = this.#deliver(before, page, this.#check(page))
      delivered.catch(() => {})
      await before
      if (this.waiting >= PAGE) {
        await delivered
        if (this.waiting >= PAGE) await new Promise<void>((resolve) => (this.#onHungry = resolve))
        this.#onHungry = undefined
      }
      if (this.#isOver()) break
    }
    await delivered
  }

  async #deliver(
    before: Promise<void>,
    page: readonly Item<V>[],
    standings: Promise<Uint8Array | undefined>,
  ): Promise<void> {
    standings.catch(() => {})
    await before
    this.#sort(page, await standings)
  }

  #isOver(): boolean {
    return this.#state === 'ended' || this.#planned >= this.#options.limit
  }

  async *#pages(): AsyncGenerator<Item<V>[]> {
    const { items } = this.#source
    let page: Item<V>[] = []
    if (Symbol.asyncIterator in items) {
      for await (const item of items) {
        if (this.#isOver()) return
        page.push(this.#admit(item))
        // Inputs that come slowly are not kept waiting for a full page.
        if (page.length >= PAGE || this.waiting < PAGE / 10) {
          yield page
          page = []
        }
      }
    } else {
      for (const item of items) {
        if (this.#isOver()) return
        page.push(this.#admit(item))
        if (page.length >= PAGE) {
          yield page
          page = []
        }
      }
    }
    if (page.length > 0) yield page
  }

  #admit(item: Item<V>): Item<V> {
    const position = ++this.#position
    const first = this.#keys?.add(item.key, position) ?? 0
    if (first > 0) throw new DuplicateKeyError(item.key, first, position)
    return item
  }

  async #check(page: readonly Item<V>[]): Promise<Uint8Array | undefined> {
    if (this.#options.check === undefined) return undefined
    const hasFingerprints = page.some(({ fingerprint }) => fingerprint !== undefined)
    const fingerprints = hasFingerprints ? page.map(({ fingerprint }) => fingerprint ?? null) : null
    return this.#options.check(
      page.map(({ key }) => key),
      fingerprints,
    )
  }

  /** Puts what is to be done with what waits, and tells of the rest. */
  #sort(page: readonly Item<V>[], standings: Uint8Array | undefined): void {
    if (this.#state === 'ended') return
    const { limit, retryFailed, redoOutdated, onSkipped, onReady } = this.#options
    this.#ready = this.#head === 0 ? this.#ready : this.#ready.slice(this.#head)
    this.#head = 0
    for (const [index, item] of page.entries()) {
      const standing = standings?.[index] ?? Standing.new
      if (standing === Standing.done || (standing === Standing.outdated && !redoOutdated)) onSkipped(item.key, 'done')
      else if (standing === Standing.failed && !retryFailed) onSkipped(item.key, 'failed')
      else if (this.#planned < limit) {
        this.#planned++
        this.#ready.push({ item, known: standing !== Standing.new })
      }
    }
    if (this.waiting > 0) onReady()
  }
}
