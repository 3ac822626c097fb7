import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { PAGE_ITEMS, type StoreReader } from '../body.ts'
import { StoreDamagedError } from '../errors.ts'
import { fileError } from '../file-error.ts'
import { inspect } from '../format.ts'
import type { RawAttempt, RawOutcome, RunRecord, Status, StoreFacts } from '../outcome.ts'
import { SortedKeys } from '../paging.ts'
import type { Framing } from './framing.ts'
import { LogIndex, type Place } from './index-of-log.ts'
import { parseRecord } from './records.ts'
import { scanLog } from './scan.ts'

/** A log as those see it who read. Each call first reads what was appended since the last one. */
export class LogReader implements StoreReader {
  readonly #path: string
  readonly #framing: Framing
  readonly #descriptor: number
  readonly #index = new LogIndex()
  readonly #sorted = new SortedKeys()
  #end: number

  constructor(path: string, framing: Framing) {
    this.#path = path
    this.#framing = framing
    inspect(path)
    try {
      this.#descriptor = openSync(path, 'r')
    } catch (error) {
      throw fileError(path, error)
    }
    this.#end = Buffer.byteLength(framing.start)
  }

  get facts(): StoreFacts | undefined {
    return this.#refresh().facts
  }

  counts(): { readonly done: number; readonly failed: number } {
    const { places } = this.#refresh()
    let failed = 0
    for (const { status } of places.values()) if (status === 'failed') failed++
    return { done: places.size - failed, failed }
  }

  page(after: string | undefined, status: Status | undefined): readonly RawOutcome[] {
    const { places } = this.#refresh()
    return this.#sorted.page(places, after, status, (key) => this.#read(places.get(key)))
  }

  get(key: string): RawOutcome | undefined {
    return this.#read(this.#refresh().places.get(key))
  }

  attempts(after: number, key: string | undefined): readonly (RawAttempt & { readonly position: number })[] {
    return attemptsAfter(this.#refresh().tries, after, key)
  }

  latest(limit: number): readonly { readonly startedAt: number; readonly duration: number }[] {
    const { places } = this.#refresh()
    const last = [...places.values()].sort((a, b) => b.offset - a.offset).slice(0, limit)
    return last.flatMap((place) => this.#read(place) ?? [])
  }

  runs(): readonly RunRecord[] {
    return this.#refresh().runs
  }

  check(keys: readonly string[], fingerprints: readonly (string | null)[] | null): Uint8Array {
    return this.#refresh().check(keys, fingerprints, 0)
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  #refresh(): LogIndex {
    if (fstatSync(this.#descriptor).size <= this.#end) return this.#index
    const { end, damage } = scanLog(this.#descriptor, this.#framing, this.#end, (text, offset, length) =>
      this.#index.add(text, offset, length),
    )
    // An incomplete end is what a writer is just writing, or what a kill left.
    if (damage === 'inside') throw new StoreDamagedError(this.#path, 'some of its bytes are no record')
    this.#end = end
    return this.#index
  }

  #read(place: Place | undefined): RawOutcome | undefined {
    if (place === undefined) return undefined
    const data = Buffer.allocUnsafe(place.length)
    readSync(this.#descriptor, data, 0, place.length, place.offset)
    const found = this.#framing.next(data, 0)
    const record = typeof found === 'object' && 'text' in found ? parseRecord(found.text) : undefined
    return record?.kind === 'item' ? record.outcome : undefined
  }
}

/** A page of failed attempts from a list of all. */
export function attemptsAfter(
  tries: readonly RawAttempt[],
  after: number,
  key: string | undefined,
): (RawAttempt & { readonly position: number })[] {
  const page: (RawAttempt & { readonly position: number })[] = []
  for (let index = after; index < tries.length && page.length < PAGE_ITEMS; index++) {
    const found = tries[index]
    if (found !== undefined && (key === undefined || found.key === key)) page.push({ ...found, position: index + 1 })
  }
  return page
}
