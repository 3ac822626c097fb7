import { statSync } from 'node:fs'
import type { StoreReader } from '../body.ts'
import { StoreDamagedError } from '../errors.ts'
import { inspect } from '../format.ts'
import { attemptsAfter } from '../log/reader.ts'
import { parseRecord } from '../log/records.ts'
import type { RawAttempt, RawOutcome, RunRecord, Status, StoreFacts } from '../outcome.ts'
import { SortedKeys } from '../paging.ts'
import { type Snapshot, readSnapshot } from './file.ts'

/** A JSON snapshot as those see it who read. It is read anew when there is a newer one. */
export class SnapshotReader implements StoreReader {
  readonly #path: string
  #sorted = new SortedKeys()
  #snapshot: Snapshot
  #seen: string

  constructor(path: string) {
    this.#path = path
    inspect(path)
    this.#seen = this.#lookUp()
    this.#snapshot = readSnapshot(path)
  }

  get facts(): StoreFacts | undefined {
    return this.#refresh().index.facts
  }

  counts(): { readonly done: number; readonly failed: number } {
    const { places } = this.#refresh().index
    let failed = 0
    for (const { status } of places.values()) if (status === 'failed') failed++
    return { done: places.size - failed, failed }
  }

  page(after: string | undefined, status: Status | undefined): readonly RawOutcome[] {
    const snapshot = this.#refresh()
    return this.#sorted.page(snapshot.index.places, after, status, (key) => read(snapshot, key))
  }

  get(key: string): RawOutcome | undefined {
    return read(this.#refresh(), key)
  }

  attempts(after: number, key: string | undefined): readonly (RawAttempt & { readonly position: number })[] {
    return attemptsAfter(this.#refresh().index.tries, after, key)
  }

  latest(limit: number): readonly { readonly startedAt: number; readonly duration: number }[] {
    const snapshot = this.#refresh()
    return [...snapshot.items.keys()]
      .flatMap((key) => read(snapshot, key) ?? [])
      .sort((a, b) => b.startedAt - a.startedAt)
      .slice(0, limit)
  }

  runs(): readonly RunRecord[] {
    return this.#refresh().index.runs
  }

  check(keys: readonly string[], fingerprints: readonly (string | null)[] | null): Uint8Array {
    return this.#refresh().index.check(keys, fingerprints, 0)
  }

  close(): void {}

  #refresh(): Snapshot {
    const seen = this.#lookUp()
    if (seen !== '' && seen !== this.#seen) {
      this.#seen = seen
      this.#snapshot = readSnapshot(this.#path)
      this.#sorted = new SortedKeys()
    }
    if (this.#snapshot.isDamaged) throw new StoreDamagedError(this.#path, 'it is not whole JSON')
    return this.#snapshot
  }

  /** Tells one snapshot from the next; `''` where there is none. A file system may give a new file the number of the old. */
  #lookUp(): string {
    const stats = statSync(this.#path, { bigint: true, throwIfNoEntry: false })
    return stats === undefined ? '' : `${stats.ino} ${stats.mtimeNs} ${stats.size}`
  }
}

function read({ items }: Snapshot, key: string): RawOutcome | undefined {
  const text = items.get(key)
  const record = text === undefined ? undefined : parseRecord(text)
  return record?.kind === 'item' ? record.outcome : undefined
}
