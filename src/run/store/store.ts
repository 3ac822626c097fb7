import path from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Item, Source } from '../inputs/source.ts'
import type { StoreReader } from './body.ts'
import { decodeValue } from './decode.ts'
import { StoreDamagedError } from './errors.ts'
import { lockOwner } from './lock.ts'
import { openReader } from './open-body.ts'
import {
  type Attempt,
  type Done,
  type Failure,
  type Outcome,
  type RawAttempt,
  type RawOutcome,
  type RunRecord,
  Standing,
  type Status,
  type StoredError,
} from './outcome.ts'
import { companions } from './companions.ts'

/** How a run stands, as its store tells. */
export interface StoreStatus {
  readonly path: string
  /** Whether there is a store. One that is missing is empty, which is no error. */
  readonly exists: boolean
  /** The task whose results it holds. */
  readonly task: string | undefined
  readonly done: number
  readonly failed: number
  /** How many inputs the latest run has; undefined where that is not known. */
  readonly total: number | undefined
  /** Inputs of the latest run that are neither done nor failed. */
  readonly left: number | undefined
  /** The process whose run is going on; undefined when none is. */
  readonly running: number | undefined
  /** When the latest run began, and when it ended: null while it runs, and for one that was killed. */
  readonly startedAt: number | undefined
  readonly endedAt: number | null | undefined
  /** How the latest run ended: `'finished'`, or what stopped it. */
  readonly ended: string | null | undefined
  /** When the last outcome that is saved came to be. */
  readonly savedAt: number | undefined
  /** Items per second, of those saved last. */
  readonly rate: number | undefined
  /** All runs of this store, oldest first. */
  readonly runs: readonly RunRecord[]
}

/**
 * A store to read from. Opened with {@link openStore}; also while a run writes it, in this process or another.
 *
 * Items come in the order of their keys, page by page, so a store may hold more than memory does. {@link openStore}
 * makes one.
 *
 * @example
 * ```ts
 * import { openStore, run } from 'manyhands/run'
 *
 * await run((n: number) => n * n, [1, 2, 3], { store: 'squares-read.db', kind: 'thread' })
 * const store = openStore<number>('squares-read.db')
 * console.log(store.status().done) // 3
 * for (const { key, value } of store.results()) console.log(key, value)
 * store.close()
 * ```
 */
export class Store<R = unknown> {
  readonly path: string
  #opened: StoreReader | undefined
  #isClosed = false

  /** @internal */
  constructor(file: string) {
    this.path = file
    this.#opened = openReader(file)
  }

  /** Items that are done, with their values. */
  results(): Generator<Done<R>> {
    return this.#outcomes('done') as Generator<Done<R>>
  }

  /** Items that failed, with their errors. */
  failures(): Generator<Failure> {
    return this.#outcomes('failed') as Generator<Failure>
  }

  /** All items, done or failed. */
  outcomes(): Generator<Outcome<R>> {
    return this.#outcomes(undefined)
  }

  /** What became of one item; undefined when nothing did yet. */
  get(key: string): Outcome<R> | undefined {
    const raw = this.#reader?.get(key)
    return raw && outcomeOf<R>(this.path, raw)
  }

  /** Attempts that failed, in the order they were made, of one item or of all; also of items that are done now. */
  *attempts(key?: string): Generator<Attempt> {
    let position = 0
    for (;;) {
      const page = this.#reader?.attempts(position, key) ?? []
      for (const attempt of page) {
        position = attempt.position
        yield attemptOf(attempt)
      }
      if (page.length === 0) return
    }
  }

  /** Numbers of the run. */
  status(): StoreStatus {
    const reader = this.#reader
    const { done, failed } = reader?.counts() ?? { done: 0, failed: 0 }
    const runs = reader?.runs() ?? []
    const latest = runs.at(-1)
    const total = latest?.total ?? undefined
    return {
      path: this.path,
      exists: reader !== undefined,
      task: reader?.facts?.task?.name,
      done,
      failed,
      total,
      left: total === undefined ? undefined : Math.max(0, total - done - failed),
      running: lockOwner(this.path),
      startedAt: latest?.startedAt,
      endedAt: latest?.endedAt,
      ended: latest?.ended,
      ...pace(reader),
      runs,
    }
  }

  /**
   * The inputs that are not done: what a run would do now. Failed ones are among them, and files that changed.
   *
   * @example
   * ```ts
   * import { files, openStore } from 'manyhands/run'
   *
   * const store = openStore('none.db')
   * const names: string[] = []
   * for await (const { value } of store.pending(files(import.meta.dirname))) names.push(value)
   * console.log(names.length > 0) // true
   * ```
   */
  async *pending<V>(source: Source<V>): AsyncGenerator<Item<V>> {
    const root = this.#reader?.facts?.root
    const opened = await source.open({
      root: root == null ? undefined : path.resolve(path.dirname(this.path), root),
      exclude: companions(this.path),
      warn: (message) => process.emitWarning(message),
    })
    let page: Item<V>[] = []
    for await (const item of opened.items) {
      page.push(item)
      if (page.length < PENDING_PAGE) continue
      yield* this.#notDone(page)
      page = []
    }
    yield* this.#notDone(page)
  }

  close(): void {
    this.#isClosed = true
    this.#opened?.close()
    this.#opened = undefined
  }

  [Symbol.dispose](): void {
    this.close()
  }

  /** A store that was not there when this was opened may be there now. */
  get #reader(): StoreReader | undefined {
    if (this.#isClosed) throw new TypeError(`The store ${this.path} was closed here; open it again`)
    return (this.#opened ??= openReader(this.path))
  }

  *#outcomes(status: Status | undefined): Generator<Outcome<R>> {
    let after: string | undefined
    for (;;) {
      const page: readonly RawOutcome[] = this.#reader?.page(after, status) ?? []
      for (const raw of page) yield outcomeOf<R>(this.path, raw)
      if (page.length === 0) return
      after = page.at(-1)?.key
    }
  }

  *#notDone<V>(page: readonly Item<V>[]): Generator<Item<V>> {
    const standings = this.#reader?.check(
      page.map(({ key }) => key),
      page.map(({ fingerprint }) => fingerprint ?? null),
    )
    for (const [index, item] of page.entries()) if (standings?.[index] !== Standing.done) yield item
  }
}

const PENDING_PAGE = 1000

/**
 * Opens a store to read it. One that is missing or has no bytes is empty.
 *
 * @throws {@link StoreForeignError}, {@link StoreVersionError}, {@link StoreAccessError}, {@link StoreDamagedError}
 *
 * @example
 * ```ts
 * import { rm } from 'node:fs/promises'
 * import { openStore, run } from 'manyhands/run'
 *
 * await run((word: string) => word.length, ['one', 'three'], { store: 'lengths.db', kind: 'thread' })
 * const store = openStore<number>('lengths.db')
 * for (const { key, value } of store.results()) console.log(key, value) // one 3, then three 5
 * console.log(store.status().done) // 2
 * store.close()
 * await rm('lengths.db')
 * ```
 */
export function openStore<R = unknown>(store: string | URL): Store<R> {
  return new Store<R>(path.resolve(typeof store === 'string' ? store : fileURLToPath(store)))
}

/** So many of the latest outcomes make the rate. */
const LATEST = 1000

function pace(reader: StoreReader | undefined): {
  readonly savedAt: number | undefined
  readonly rate: number | undefined
} {
  const ends = (reader?.latest(LATEST) ?? []).map(({ startedAt, duration }) => startedAt + duration)
  if (ends.length === 0) return { savedAt: undefined, rate: undefined }
  const [first, last] = [Math.min(...ends), Math.max(...ends)]
  return { savedAt: last, rate: last > first ? ((ends.length - 1) / (last - first)) * 1000 : undefined }
}

function outcomeOf<R>(file: string, raw: RawOutcome): Outcome<R> {
  const { key, status, attempts, startedAt, duration, worker, pid, fingerprint } = raw
  try {
    return {
      key,
      status,
      value: (raw.value === null ? undefined : decodeValue(raw.value)) as R,
      error: raw.error === null ? undefined : (JSON.parse(raw.error) as StoredError),
      attempts,
      startedAt,
      duration,
      worker,
      pid,
      fingerprint: fingerprint ?? undefined,
    }
  } catch (error) {
    throw new StoreDamagedError(file, `what it has for ${JSON.stringify(key)} is no value`, { cause: error })
  }
}

function attemptOf(raw: RawAttempt): Attempt {
  const { key, attempt, startedAt, duration, worker, pid, error } = raw
  return { key, attempt, startedAt, duration, worker, pid, error: JSON.parse(error) as StoredError }
}
