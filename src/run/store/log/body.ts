import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { asideName, replaceDamaged } from '../aside.ts'
import type { StoreBody } from '../body.ts'
import { StoreVanishedError } from '../errors.ts'
import { fileError } from '../file-error.ts'
import { formatOf, inspect } from '../format.ts'
import type { Batch, RunRecord, StoreFacts } from '../outcome.ts'
import type { Framing } from './framing.ts'
import { LogIndex } from './index-of-log.ts'
import { attemptRecord, headRecord, itemRecord } from './records.ts'
import { scanLog } from './scan.ts'

/**
 * A store that is only appended to, as its writer sees it. A commit is one write and one sync; a write that a kill cut
 * short is cut off by the next run, which keeps the file as it was aside. An item that is done again gets a second
 * record, and the later one counts.
 */
export class LogBody implements StoreBody {
  readonly #path: string
  readonly #framing: Framing
  readonly #descriptor: number
  readonly #index = new LogIndex()
  readonly warnings: readonly string[]
  readonly facts: StoreFacts | undefined
  readonly isEmpty: boolean
  #size: number
  #version = 0

  constructor(file: string, framing: Framing) {
    this.#path = file
    this.#framing = framing
    const isNew = !inspect(file)
    this.#descriptor = this.#open(isNew)
    const { end, damage } = scanLog(this.#descriptor, framing, Buffer.byteLength(framing.start), (text) =>
      this.#index.add(text, -1, 0),
    )
    this.#size = end
    if (damage === 'none') {
      this.warnings = []
    } else {
      closeSync(this.#descriptor)
      const kept = this.#repair()
      this.#descriptor = openSync(file, 'r+')
      this.#size = fstatSync(this.#descriptor).size
      this.warnings = [
        `The store ${file} was damaged. ${this.#index.places.size} items could be read and are kept; the damaged file is ${kept}`,
      ]
    }
    this.facts = this.#index.facts
    this.isEmpty = this.#index.places.size === 0
  }

  begin(facts: StoreFacts, run: RunRecord, version: number): void {
    this.#version = version
    this.#append([JSON.stringify({ facts }), JSON.stringify({ run })])
  }

  check(keys: readonly string[], fingerprints: readonly (string | null)[] | null): Uint8Array {
    return this.#index.check(keys, fingerprints, this.#version)
  }

  commit(batch: Batch): void {
    const items = batch.keys.map((_, index) => itemRecord(batch, index, this.#version))
    this.#append([...batch.tries.map(attemptRecord), ...items])
    this.#index.addBatch(batch, this.#version)
  }

  record(run: RunRecord): void {
    this.#append([JSON.stringify({ end: run })])
  }

  rescue(): string | undefined {
    const file = asideName(this.#path, 'rescued')
    try {
      copyStart(this.#descriptor, this.#size, file)
      return file
    } catch {
      return undefined
    }
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  #open(isNew: boolean): number {
    try {
      const descriptor = openSync(this.#path, isNew ? 'w+' : 'r+')
      if (isNew) {
        writeAll(
          descriptor,
          Buffer.concat([Buffer.from(this.#framing.start), this.#framing.wrap([headRecord(formatOf(this.#path))])]),
          0,
        )
        fsyncSync(descriptor)
        syncFolder(this.#path)
      }
      return descriptor
    } catch (error) {
      throw fileError(this.#path, error)
    }
  }

  #append(records: readonly string[]): void {
    const bytes = this.#framing.wrap(records)
    try {
      writeAll(this.#descriptor, bytes, this.#size)
      fdatasyncSync(this.#descriptor)
    } catch (error) {
      // Half a batch is no batch.
      ftruncateSync(this.#descriptor, this.#size)
      throw fileError(this.#path, error)
    }
    const now = statSync(this.#path, { bigint: true, throwIfNoEntry: false })
    if (now?.ino !== fstatSync(this.#descriptor, { bigint: true }).ino)
      throw new StoreVanishedError(this.#path, this.rescue())
    this.#size += bytes.length
  }

  /** Writes the whole records into a new file, and keeps the damaged one. Returns its name. */
  #repair(): string {
    const repaired = `${this.#path}-repaired`
    const [from, to] = [openSync(this.#path, 'r'), openSync(repaired, 'w')]
    let size = writeAll(to, Buffer.from(this.#framing.start), 0)
    scanLog(from, this.#framing, Buffer.byteLength(this.#framing.start), (text) => {
      size += writeAll(to, this.#framing.wrap([text]), size)
    })
    if (size === Buffer.byteLength(this.#framing.start))
      writeAll(to, this.#framing.wrap([headRecord(formatOf(this.#path))]), size)
    fsyncSync(to)
    closeSync(to)
    closeSync(from)
    return replaceDamaged(this.#path, repaired)
  }
}

/** Writes everything, in as many steps as it takes. Returns its length. */
function writeAll(descriptor: number, bytes: Buffer, position: number): number {
  for (let done = 0; done < bytes.length;)
    done += writeSync(descriptor, bytes, done, bytes.length - done, position + done)
  return bytes.length
}

function copyStart(from: number, size: number, file: string): void {
  const to = openSync(file, 'wx')
  const buffer = Buffer.allocUnsafe(1024 ** 2)
  for (let done = 0; done < size;) {
    const count = readSync(from, buffer, 0, Math.min(buffer.length, size - done), done)
    if (count === 0) break
    done += writeAll(to, buffer.subarray(0, count), done)
  }
  fsyncSync(to)
  closeSync(to)
}

/** Makes a new name in a folder durable. */
export function syncFolder(file: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(path.dirname(file), 'r')
  fsyncSync(descriptor)
  closeSync(descriptor)
}
