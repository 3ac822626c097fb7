import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { PAGE_BYTES, PAGE_ITEMS, type StoreReader } from '../body.ts'
import type { RawAttempt, RawOutcome, RunRecord, Status, StoreFacts } from '../outcome.ts'
import { readError } from './errors.ts'
import {
  ATTEMPT_COLUMNS,
  KeyCheck,
  OUTCOME_COLUMNS,
  type Row,
  RUN_COLUMNS,
  all,
  attemptOf,
  outcomeOf,
  readFacts,
  rows,
  runOf,
} from './rows.ts'

const ITEMS = `SELECT i.${OUTCOME_COLUMNS.replaceAll(', ', ', i.')} FROM keys k JOIN items i ON i.seq = k.seq`

/** A store in SQLite, as those see it who read. Each call is one short read; between two nothing is locked. */
export class SqliteReader implements StoreReader {
  readonly #path: string
  readonly #database: DatabaseSync
  readonly #prepared = new Map<string, StatementSync>()

  constructor(path: string, database: DatabaseSync) {
    this.#path = path
    this.#database = database
  }

  get facts(): StoreFacts | undefined {
    return this.#try(() => readFacts(this.#database))
  }

  counts(): { readonly done: number; readonly failed: number } {
    const [all = 0, failed = 0] = (
      this.#all("SELECT (SELECT count(*) FROM keys), (SELECT count(*) FROM keys WHERE status = 'failed')")[0] ?? []
    ).map(Number)
    return { done: all - failed, failed }
  }

  page(after: string | undefined, status: Status | undefined): readonly RawOutcome[] {
    const conditions = [
      ...(after === undefined ? [] : ['k.key > ?']),
      ...(status === undefined ? [] : [`k.status = '${status}'`]),
    ]
    const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
    const statement = this.#statement(`${ITEMS}${where} ORDER BY k.key LIMIT ${PAGE_ITEMS}`)
    return this.#try(() => {
      const page: RawOutcome[] = []
      let bytes = 0
      // Not all(): some hundred values of some megabytes each are too much.
      for (const row of statement.iterate(...(after === undefined ? [] : [after]))) {
        const outcome = outcomeOf(row as unknown as Row)
        page.push(outcome)
        bytes += (outcome.value?.length ?? 0) + (outcome.error?.length ?? 0)
        if (bytes > PAGE_BYTES) break
      }
      return page
    })
  }

  get(key: string): RawOutcome | undefined {
    const row = this.#all(`${ITEMS} WHERE k.key = ?`, key)[0]
    return row && outcomeOf(row)
  }

  attempts(after: number, key: string | undefined): readonly (RawAttempt & { readonly position: number })[] {
    const found =
      key === undefined
        ? this.#all(`SELECT ${ATTEMPT_COLUMNS} FROM attempts WHERE seq > ? ORDER BY seq LIMIT ${PAGE_ITEMS}`, after)
        : this.#all(
            `SELECT ${ATTEMPT_COLUMNS} FROM attempts WHERE key = ? AND seq > ? ORDER BY seq LIMIT ${PAGE_ITEMS}`,
            key,
            after,
          )
    return found.map(attemptOf)
  }

  latest(limit: number): readonly { readonly startedAt: number; readonly duration: number }[] {
    const found = this.#all('SELECT started_at, duration_us FROM items ORDER BY seq DESC LIMIT ?', limit)
    return found.map(([startedAt, duration]) => ({ startedAt: Number(startedAt), duration: Number(duration) / 1000 }))
  }

  runs(): readonly RunRecord[] {
    return this.#all(`SELECT ${RUN_COLUMNS} FROM runs ORDER BY seq`).map(runOf)
  }

  check(keys: readonly string[], fingerprints: readonly (string | null)[] | null): Uint8Array {
    return this.#try(() => new KeyCheck(this.#database, 0).check(keys, fingerprints))
  }

  close(): void {
    this.#database.close()
  }

  #all(sql: string, ...parameters: (string | number)[]): Row[] {
    return this.#try(() => all(this.#statement(sql), ...parameters))
  }

  #statement(sql: string): StatementSync {
    let statement = this.#prepared.get(sql)
    if (statement === undefined) this.#prepared.set(sql, (statement = this.#try(() => rows(this.#database, sql))))
    return statement
  }

  #try<T>(read: () => T): T {
    try {
      return read()
    } catch (error) {
      throw readError(this.#path, error)
    }
  }
}
