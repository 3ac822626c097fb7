import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { asideName, replaceDamaged } from '../aside.ts'
import type { StoreBody } from '../body.ts'
import { StoreVanishedError } from '../errors.ts'
import { fileError } from '../file-error.ts'
import { inspect } from '../format.ts'
import { syncFolder } from '../log/body.ts'
import { LogIndex } from '../log/index-of-log.ts'
import { attemptRecord, itemRecord } from '../log/records.ts'
import type { Batch, RawAttempt, RunRecord, StoreFacts } from '../outcome.ts'
import { readSnapshot, snapshotText } from './file.ts'

/**
 * A store that is one JSON document, written anew at each save into a file beside it, synced, and renamed: at any moment
 * there is a whole one. It is for runs of some thousand small results; a save costs as much as all of them.
 */
export class SnapshotBody implements StoreBody {
  readonly #path: string
  readonly #items: Map<string, string>
  readonly #index: LogIndex
  readonly warnings: readonly string[]
  readonly facts: StoreFacts | undefined
  readonly isEmpty: boolean
  #facts: StoreFacts | undefined
  #inode: bigint | undefined
  #version = 0

  constructor(path: string) {
    this.#path = path
    const found = inspect(path)
      ? readSnapshot(path)
      : { items: new Map<string, string>(), index: new LogIndex(), isDamaged: false }
    this.#items = found.items
    this.#index = found.index
    this.facts = this.#facts = found.index.facts
    this.isEmpty = found.items.size === 0
    this.warnings = found.isDamaged ? [this.#repair()] : []
    this.#inode = this.#lookUp()
  }

  begin(facts: StoreFacts, run: RunRecord, version: number): void {
    this.#version = version
    this.#facts = facts
    this.#index.runs.push(run)
    this.#save(this.#items)
  }

  check(keys: readonly string[], fingerprints: readonly (string | null)[] | null): Uint8Array {
    return this.#index.check(keys, fingerprints, this.#version)
  }

  commit(batch: Batch): void {
    const items = new Map(this.#items)
    for (const [index, key] of batch.keys.entries()) items.set(key, itemRecord(batch, index, this.#version))
    this.#save(items, batch.tries)
    for (const [key, record] of items) this.#items.set(key, record)
    this.#index.tries.push(...batch.tries)
    this.#index.addBatch(batch, this.#version)
  }

  record(run: RunRecord): void {
    this.#index.runs[this.#index.runs.length - 1] = run
    this.#save(this.#items)
  }

  rescue(): string | undefined {
    const file = asideName(this.#path, 'rescued')
    try {
      writeFileSync(file, this.#text(this.#items, []), { flush: true })
      return file
    } catch {
      return undefined
    }
  }

  close(): void {}

  #save(items: ReadonlyMap<string, string>, tries: readonly RawAttempt[] = []): void {
    if (this.#lookUp() !== this.#inode) throw new StoreVanishedError(this.#path, this.rescue())
    const temporary = `${this.#path}-new`
    try {
      writeSynced(temporary, this.#text(items, tries))
      renameSync(temporary, this.#path)
      syncFolder(this.#path)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw fileError(this.#path, error)
    }
    this.#inode = this.#lookUp()
  }

  #text(items: ReadonlyMap<string, string>, tries: readonly RawAttempt[]): string {
    return snapshotText([
      ...(this.#facts === undefined ? [] : [JSON.stringify({ facts: this.#facts })]),
      ...this.#index.runs.map((run) => JSON.stringify({ run })),
      ...[...this.#index.tries, ...tries].map(attemptRecord),
      ...items.values(),
    ])
  }

  #repair(): string {
    const repaired = `${this.#path}-new`
    writeSynced(repaired, this.#text(this.#items, []))
    const kept = replaceDamaged(this.#path, repaired)
    return `The store ${this.#path} was damaged. ${this.#items.size} items could be read and are kept; the damaged file is ${kept}`
  }

  #lookUp(): bigint | undefined {
    return statSync(this.#path, { bigint: true, throwIfNoEntry: false })?.ino
  }
}

function writeSynced(file: string, text: string): void {
  const descriptor = openSync(file, 'w')
  try {
    writeFileSync(descriptor, text)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
