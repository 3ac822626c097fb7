import { closeSync, fsyncSync, openSync, readSync, statSync } from 'node:fs'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { replaceDamaged } from '../aside.ts'
import { removeFiles } from './open.ts'
import { sqliteModule } from './module.ts'
import { type Cell, type FoundRow, PageReader } from './pages.ts'
import { ITEM_COLUMNS, PAGE_SIZE, SCHEMA } from './schema.ts'

/**
 * Makes a store anew from what can be read of a damaged one, which is kept under another name.
 *
 * SQL is of no use here: it reads a table from its root down, and one bad page hides all below it. So every page is
 * looked at by itself, and each row that is whole counts. Rows of `items` hold all there is, the rest follows.
 */
export function salvage(path: string): { readonly kept: string; readonly items: number } {
  const repaired = `${path}-repaired`
  removeFiles(repaired)
  const database = new (sqliteModule().DatabaseSync)(repaired)
  let items: number
  try {
    // Nothing of this counts before it is renamed, and then it is synced.
    database.exec(
      `PRAGMA page_size = ${PAGE_SIZE}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN; ${SCHEMA}`,
    )
    copyRows(path, database)
    database.exec(`
      INSERT OR REPLACE INTO keys SELECT key, status, fingerprint, version, seq FROM items ORDER BY seq;
      DELETE FROM items WHERE seq NOT IN (SELECT seq FROM keys);
      COMMIT;
    `)
    items = Number(database.prepare('SELECT count(*) AS n FROM items').get()?.['n'])
  } finally {
    database.close()
  }
  sync(repaired)
  // A journal belongs to the damaged file; the new one would take it for its own.
  return { kept: replaceDamaged(path, repaired, ['-journal']), items }
}

function copyRows(path: string, database: DatabaseSync): void {
  const item = database.prepare(
    `INSERT OR REPLACE INTO items(seq, ${ITEM_COLUMNS.join(', ')}) VALUES(?${', ?'.repeat(ITEM_COLUMNS.length)})`,
  )
  const attempt = database.prepare(
    'INSERT INTO attempts(key, attempt, started_at, duration_us, worker, pid, error) VALUES(?, ?, ?, ?, ?, ?, ?)',
  )
  const facts = database.prepare("INSERT OR REPLACE INTO meta VALUES('facts', ?)")
  const descriptor = openSync(path, 'r')
  try {
    const reader = new PageReader(descriptor, statSync(path).size, pageSize(descriptor))
    for (const { rowid, cells } of reader.rows()) keepRow({ rowid, cells }, item, attempt, facts)
  } finally {
    closeSync(descriptor)
  }
}

/** Tells a row by the number and the kinds of its columns. `seq` is the rowid and stands in the record as NULL. */
function keepRow({ rowid, cells }: FoundRow, item: StatementSync, attempt: StatementSync, facts: StatementSync): void {
  const [first, second, third, fourth, fifth] = cells
  if (cells.length === ITEM_COLUMNS.length + 1 && first === null && typeof second === 'string') {
    const isItem = (third === 'done' && isJson(fourth)) || (third === 'failed' && isJson(fifth))
    if (isItem && cells.every(isPlain)) item.run(rowid, ...cells.slice(1).filter(isPlain))
  } else if (cells.length === 8 && first === null && typeof second === 'string' && typeof third === 'number') {
    if (isJson(cells[7]) && cells.every(isPlain)) attempt.run(...cells.slice(1).filter(isPlain))
  } else if (cells.length === 2 && first === 'facts' && typeof second === 'string' && isJson(second)) {
    facts.run(second)
  }
}

function isPlain(cell: Cell): cell is Exclude<Cell, undefined> {
  return cell !== undefined
}

function isJson(cell: Cell): boolean {
  if (typeof cell !== 'string') return false
  try {
    JSON.parse(cell)
    return true
  } catch {
    return false
  }
}

function pageSize(descriptor: number): number {
  const header = Buffer.alloc(2)
  readSync(descriptor, header, 0, 2, 16)
  const size = header.readUInt16BE(0)
  return size >= 512 && (size & (size - 1)) === 0 ? size : PAGE_SIZE
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r+')
  fsyncSync(descriptor)
  closeSync(descriptor)
}
