// A program that is killed while it makes its store: the store is empty, and the next run makes it.
import assert from 'node:assert/strict'
import { copyFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { getBuiltinModule } from 'node:process'
import { describe, test } from 'node:test'
import { openStore, run } from 'manyhands/run'
import { openFolder } from '../helpers/tmp.ts'
import { double } from './fixtures/tasks.ts'

/** The files of a database whose first transaction has written pages and not ended. */
function cutShort(folder: string): string {
  const [made, copy] = [join(folder, 'made.db'), join(folder, 'run.db')]
  const { DatabaseSync } = getBuiltinModule('node:sqlite')
  const database = new DatabaseSync(made)
  // A cache of a few pages, so that it writes pages before the end.
  database.exec('PRAGMA page_size = 8192; PRAGMA journal_mode = TRUNCATE; PRAGMA cache_size = 2')
  database.exec('BEGIN IMMEDIATE; CREATE TABLE t(x); INSERT INTO t VALUES(zeroblob(100000)); INSERT INTO t VALUES(zeroblob(100000))')
  copyFileSync(made, copy)
  copyFileSync(`${made}-journal`, `${copy}-journal`)
  database.exec('ROLLBACK')
  database.close()
  return copy
}

describe('a store that was cut short when it was made', () => {
  test('is empty', (t) => {
    const file = cutShort(openFolder(t))
    assert.ok(statSync(file).size > 0)
    const store = openStore(file)
    assert.deepEqual([...store.results()], [])
    assert.equal(store.status().exists, false)
    store.close()
  })

  test('is made by the next run', async (t) => {
    const file = cutShort(openFolder(t))
    const report = await run(double, [1, 2, 3], { store: file, kind: 'thread', workers: 1 })
    assert.equal(report.done, 3)
    const store = openStore(file)
    assert.equal([...store.results()].length, 3)
    store.close()
  })
})
