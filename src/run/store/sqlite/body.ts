import { rmSync, statSync } from 'node:fs'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { asideName } from '../aside.ts'
import { HeldUpError, type StoreBody } from '../body.ts'
import { StoreVanishedError } from '../errors.ts'
import type { Batch, RunRecord, StoreFacts } from '../outcome.ts'
import { damageMark, isBusy, isDamage, markDamaged, storeError } from './errors.ts'
import { openForWriting } from './open.ts'
import { KeyCheck, readFacts } from './rows.ts'
import { salvage } from './salvage.ts'

const ITEM =
  'INSERT INTO items(seq, key, status, value, error, fingerprint, version, attempts, started_at, duration_us, worker, pid)' +
  ' VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'

/** A store in SQLite, as its writer sees it. schema.ts says how it is laid out and why. */
export class SqliteBody implements StoreBody {
  readonly #path: string
  readonly #database: DatabaseSync
  readonly #inode: bigint
  readonly facts: StoreFacts | undefined
  readonly isEmpty: boolean
  readonly warnings: readonly string[]
  readonly #statements: Readonly<
    Record<
      'begin' | 'commit' | 'rollback' | 'item' | 'key' | 'forget' | 'unkey' | 'attempt' | 'facts' | 'run' | 'end',
      StatementSync
    >
  >
  #check: KeyCheck | undefined
  #version = 0
  #lastSeq: number
  #run = 0
  /** What the first commit of this run begins with. */
  #prologue: (() => void) | undefined

  constructor(path: string) {
    const found = openForWriting(path)
    const warnings: string[] = []
    if (found === 'damaged') {
      const { kept, items } = salvage(path)
      rmSync(damageMark(path), { force: true })
      warnings.push(
        `The store ${path} was damaged. ${items} items could be read and are kept; the damaged file is ${kept}`,
      )
    }
    const opened = found === 'damaged' ? openForWriting(path) : found
    if (opened === 'damaged') throw new Error(`The store ${path} could not be made anew from what was read`)
    this.#path = path
    this.#database = opened.database
    this.#inode = statSync(path, { bigint: true }).ino
    this.warnings = warnings
    const prepare = (sql: string): StatementSync => opened.database.prepare(sql)
    this.#statements = {
      begin: prepare('BEGIN IMMEDIATE'),
      commit: prepare('COMMIT'),
      rollback: prepare('ROLLBACK'),
      item: prepare(ITEM),
      key: prepare('INSERT INTO keys(key, status, fingerprint, version, seq) VALUES(?, ?, ?, ?, ?)'),
      forget: prepare('DELETE FROM items WHERE seq = (SELECT seq FROM keys WHERE key = ?)'),
      unkey: prepare('DELETE FROM keys WHERE key = ?'),
      attempt: prepare(
        'INSERT INTO attempts(key, attempt, started_at, duration_us, worker, pid, error) VALUES(?, ?, ?, ?, ?, ?, ?)',
      ),
      facts: prepare("INSERT OR REPLACE INTO meta VALUES('facts', ?)"),
      run: prepare('INSERT INTO runs(pid, started_at, total, ended_at, ended) VALUES(?, ?, ?, ?, ?)'),
      end: prepare('UPDATE runs SET total = ?, ended_at = ?, ended = ? WHERE seq = ?'),
    }
    this.facts = readFacts(opened.database)
    this.#lastSeq = Number(prepare('SELECT max(seq) AS seq FROM items').get()?.['seq'] ?? 0)
    this.isEmpty = this.#lastSeq === 0
  }

  begin(facts: StoreFacts, run: RunRecord, version: number): void {
    this.#version = version
    this.#check = new KeyCheck(this.#database, version)
    this.#prologue = () => {
      this.#statements.facts.run(JSON.stringify(facts))
      const { lastInsertRowid } = this.#statements.run.run(run.pid, run.startedAt, run.total, run.endedAt, run.ended)
      this.#run = Number(lastInsertRowid)
    }
    try {
      this.#transaction(() => {})
    } catch (error) {
      // Planning and work need not wait for whoever reads: this goes into the first commit.
      if (!(error instanceof HeldUpError)) throw error
    }
  }

  check(keys: readonly string[], fingerprints: readonly (string | null)[] | null): Uint8Array {
    try {
      return this.#check?.check(keys, fingerprints) ?? new Uint8Array(keys.length)
    } catch (error) {
      throw this.#failure(error)
    }
  }

  commit(batch: Batch): void {
    this.#transaction(() => this.#write(batch))
  }

  record(run: RunRecord): void {
    this.#transaction(() => void this.#statements.end.run(run.total, run.endedAt, run.ended, this.#run))
  }

  rescue(): string | undefined {
    const file = asideName(this.#path, 'rescued')
    try {
      this.#database.prepare('VACUUM INTO ?').run(file)
      return file
    } catch {
      return undefined
    }
  }

  close(): void {
    try {
      // Leaves one file behind, not two.
      this.#database.exec('PRAGMA journal_mode = DELETE')
    } catch {
      // A reader is in it. An empty journal does no harm.
    }
    this.#database.close()
  }

  #write(batch: Batch): void {
    const { item, key: keyOf, forget, unkey, attempt } = this.#statements
    // A key that is in the store already is replaced: the old row goes, and the primary key of `keys` sees to the rest.
    for (const index of batch.known) {
      forget.run(batch.keys[index] ?? '')
      unkey.run(batch.keys[index] ?? '')
    }
    let seq = this.#lastSeq
    for (let index = 0; index < batch.keys.length; index++) {
      const key = batch.keys[index] ?? ''
      const error = batch.errors[index] ?? null
      const status = error === null ? 'done' : 'failed'
      const fingerprint = batch.fingerprints[index] ?? null
      const duration = Math.round((batch.duration[index] ?? 0) * 1000)
      seq++
      item.run(
        seq,
        key,
        status,
        batch.values[index] ?? null,
        error,
        fingerprint,
        this.#version,
        batch.attempts[index] ?? 1,
        batch.startedAt[index] ?? 0,
        duration,
        batch.workers[index] ?? '',
        batch.pids[index] ?? 0,
      )
      keyOf.run(key, status, fingerprint, this.#version, seq)
    }
    for (const { key, attempt: number, startedAt, duration, worker, pid, error } of batch.tries) {
      attempt.run(key, number, startedAt, Math.round(duration * 1000), worker, pid, error)
    }
    this.#lastSeq = seq
  }

  /** All of it or nothing. */
  #transaction(write: () => void): void {
    const lastSeq = this.#lastSeq
    try {
      this.#statements.begin.run()
      this.#prologue?.()
      write()
      this.#statements.commit.run()
      this.#prologue = undefined
      this.#look()
    } catch (error) {
      this.#lastSeq = lastSeq
      if (this.#database.isTransaction) this.#statements.rollback.run()
      throw isBusy(error) ? new HeldUpError() : this.#failure(error)
    }
  }

  /** Whether the path still leads to the file that is written. Nobody would find what is written to a deleted one. */
  #look(): void {
    const now = statSync(this.#path, { bigint: true, throwIfNoEntry: false })
    if (now?.ino !== this.#inode) throw new StoreVanishedError(this.#path, this.rescue())
  }

  #failure(error: unknown): unknown {
    if (error instanceof StoreVanishedError) return error
    try {
      // SQLite itself refuses to write to a file that was moved, and says "read-only".
      this.#look()
    } catch (vanished) {
      return vanished
    }
    if (isDamage(error)) markDamaged(this.#path)
    return storeError(this.#path, error)
  }
}
