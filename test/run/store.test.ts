// The four formats of a store, by the same tests.
import assert from 'node:assert/strict'
import { copyFileSync, existsSync, readFileSync, readdirSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, describe, test } from 'node:test'
import { StoreForeignError, StoreVersionError, openStore } from '../../src/run/index.ts'
import { PAGE_ITEMS, type StoreBody } from '../../src/run/store/body.ts'
import { openBody } from '../../src/run/store/open-body.ts'
import { compareKeys } from '../../src/run/store/order.ts'
import { type Batch, type RunRecord, Standing, type StoreFacts } from '../../src/run/store/outcome.ts'
import { random } from '../fixtures/random.ts'
import { openFolder } from '../helpers/tmp.ts'

const FORMATS = {
  SQLite: 'run.db',
  'JSON lines': 'run.jsonl',
  'frames with checksums': 'run.log',
  'JSON snapshot': 'run.json',
}
const FACTS: StoreFacts = { created: 1, task: null, root: '.', versions: ['a'] }
const RUN: RunRecord = { pid: 1, startedAt: 1, total: 3, endedAt: null, ended: null }

interface Row {
  readonly key: string
  readonly value?: unknown
  readonly error?: { readonly name: string; readonly message: string }
  readonly fingerprint?: string
  readonly known?: boolean
}

function batchOf(rows: readonly Row[], tries: Batch['tries'] = []): Batch {
  return {
    id: 1,
    keys: rows.map(({ key }) => key),
    fingerprints: rows.map(({ fingerprint }) => fingerprint ?? null),
    values: rows.map(({ value, error }) => (error ? null : JSON.stringify(value ?? null))),
    errors: rows.map(({ error }) => (error ? JSON.stringify(error) : null)),
    attempts: rows.map(() => 1),
    startedAt: rows.map(() => 1_700_000_000_000),
    duration: rows.map(() => 1.5),
    workers: rows.map(() => 'P000'),
    pids: rows.map(() => 7),
    known: rows.flatMap(({ known }, index) => (known ? [index] : [])),
    tries,
  }
}

function begin(path: string, version = 1): StoreBody {
  const body = openBody(path)
  body.begin(FACTS, RUN, version)
  return body
}

/** Makes a store with these items and closes it. */
function write(path: string, ...batches: (readonly Row[])[]): void {
  const body = begin(path)
  for (const rows of batches) body.commit(batchOf(rows))
  body.close()
}

function valuesOf(path: string): Record<string, unknown> {
  const store = openStore(path)
  const values = Object.fromEntries(Array.from(store.results(), ({ key, value }) => [key, value]))
  store.close()
  return values
}

const items = (count: number, from = 0): Row[] =>
  Array.from({ length: count }, (_, index) => {
    const key = `folder/file-${String(from + index).padStart(6, '0')}.txt`
    return { key, value: { text: `${key} `.repeat(20), number: from + index }, fingerprint: `${index}:1` }
  })

for (const [format, name] of Object.entries(FORMATS)) {
  describe(format, () => {
    const file = (t: TestContext) => join(openFolder(t), name)

    test('a missing file is empty, and reading does not make it', (t) => {
      const path = file(t)
      const store = openStore(path)
      assert.deepEqual([...store.outcomes()], [])
      assert.deepEqual([store.status().exists, store.status().done, store.get('a')], [false, 0, undefined])
      store.close()
      assert.equal(existsSync(path), false)
      write(path, [{ key: 'a', value: 1 }])
      assert.deepEqual(valuesOf(path), { a: 1 })
    })

    test('a file of no bytes is empty', (t) => {
      const path = file(t)
      writeFileSync(path, '')
      assert.deepEqual(valuesOf(path), {})
      write(path, [{ key: 'a', value: 1 }])
      assert.deepEqual(valuesOf(path), { a: 1 })
    })

    test('keeps everything that is known of an item', (t) => {
      const path = file(t)
      const error = {
        name: 'RangeError',
        message: 'no',
        code: 'E',
        stack: 's',
        exitCode: 3,
        cause: { name: 'Error', message: 'why' },
      }
      const attempt = {
        key: 'b',
        attempt: 1,
        startedAt: 5,
        duration: 2.25,
        worker: 'P001',
        pid: 8,
        error: JSON.stringify(error),
      }
      const body = begin(path)
      body.commit(
        batchOf(
          [
            { key: 'a', value: { x: [1] }, fingerprint: '3:4' },
            { key: 'b', error },
          ],
          [attempt],
        ),
      )
      body.record({ ...RUN, endedAt: 9, ended: 'finished' })
      body.close()
      const store = openStore(path)
      const common = { attempts: 1, startedAt: 1_700_000_000_000, duration: 1.5, worker: 'P000', pid: 7 }
      assert.deepEqual(store.get('a'), {
        key: 'a',
        status: 'done',
        value: { x: [1] },
        error: undefined,
        ...common,
        fingerprint: '3:4',
      })
      assert.deepEqual(
        [...store.failures()],
        [{ key: 'b', status: 'failed', value: undefined, error, ...common, fingerprint: undefined }],
      )
      assert.deepEqual([...store.attempts()], [{ ...attempt, error }])
      assert.deepEqual([...store.attempts('a')], [])
      assert.deepEqual([...store.attempts('b')].length, 1)
      const { done, failed, total, left, ended, running } = store.status()
      assert.deepEqual(
        { done, failed, total, left, ended, running },
        { done: 1, failed: 1, total: 3, left: 1, ended: 'finished', running: undefined },
      )
      store.close()
    })

    test('gives items in the order of their code points, page by page', (t) => {
      const path = file(t)
      const keys = [
        'b',
        'a',
        'é',
        '\u{1f600}',
        '\uffff',
        '\ue000',
        'Z',
        'a/b',
        'a-b',
        '',
        ...Array.from({ length: PAGE_ITEMS + 20 }, (_, i) => `n${i}`),
      ]
      write(
        path,
        keys.map((key) => ({ key, value: key })),
      )
      const sorted = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
      const store = openStore(path)
      assert.deepEqual(
        Array.from(store.results(), ({ key }) => key),
        sorted,
      )
      store.close()
      assert.deepEqual([...keys].sort(compareKeys), sorted)
    })

    test('tells how items stand, whatever the order of the question', (t) => {
      const path = file(t)
      const body = begin(path)
      body.commit(
        batchOf([
          { key: 'done', value: 1, fingerprint: '1' },
          { key: 'failed', error: { name: 'E', message: '' }, fingerprint: '1' },
          { key: 'plain', value: 1 },
          ...items(3000),
        ]),
      )
      const ask = (keys: string[], fingerprints: (string | null)[] | null) => [...body.check(keys, fingerprints)]
      assert.deepEqual(
        ask(['done', 'done', 'failed', 'failed', 'new', 'plain', 'plain'], ['1', '2', '1', '2', '1', null, '9']),
        [
          Standing.done,
          Standing.changed,
          Standing.failed,
          Standing.changed,
          Standing.new,
          Standing.done,
          Standing.done,
        ],
      )
      const shuffled = [...items(3000, 1500)].reverse().map(({ key }) => key)
      assert.deepEqual(
        ask(shuffled, null),
        shuffled.map((_, index) => (index < 1500 ? Standing.new : Standing.done)),
      )
      assert.deepEqual(ask(['folder/file-000000.txt', 'folder/file-002999.txt', 'folder/file-000001'], null), [1, 1, 0])
      assert.deepEqual(ask([], null), [])
      body.close()
      const next = begin(path, 2)
      assert.deepEqual([...next.check(['done'], null)], [Standing.outdated])
      next.close()
    })

    test('records an item once, however often it was done', (t) => {
      const path = file(t)
      write(path, [
        { key: 'a', value: 1, fingerprint: '1' },
        { key: 'b', value: 2 },
      ])
      write(path, [{ key: 'a', error: { name: 'E', message: 'x' }, fingerprint: '2', known: true }])
      let store = openStore(path)
      assert.deepEqual(
        [...store.outcomes()].map(({ key, status, fingerprint }) => [key, status, fingerprint]),
        [
          ['a', 'failed', '2'],
          ['b', 'done', undefined],
        ],
      )
      store.close()
      write(path, [{ key: 'a', value: 3, fingerprint: '3', known: true }])
      store = openStore(path)
      assert.deepEqual(
        [...store.outcomes()].map(({ key, value }) => [key, value]),
        [
          ['a', 3],
          ['b', 2],
        ],
      )
      assert.deepEqual([store.status().done, store.status().failed, store.status().runs.length], [2, 0, 3])
      store.close()
    })

    test('is seen by a reader while it is written', (t) => {
      const path = file(t)
      const body = begin(path)
      const store = openStore(path)
      assert.equal(store.status().done, 0)
      for (let round = 1; round <= 5; round++) {
        body.commit(batchOf(items(10, round * 10)))
        assert.equal(store.status().done, round * 10)
        assert.equal([...store.results()].length, round * 10)
      }
      body.close()
      store.close()
    })

    test('holds large values', (t) => {
      const path = file(t)
      const large = 'ÿ'.repeat(3_000_000)
      write(path, [
        { key: 'a', value: large },
        { key: 'b', value: large },
        { key: 'c', value: 1 },
      ])
      assert.deepEqual(
        Object.values(valuesOf(path)).map((value) => String(value).length),
        [3_000_000, 3_000_000, 1],
      )
    })

    test('a file of another program is refused and not touched', (t) => {
      for (const content of [
        '%PDF-1.7 something',
        'some text\n',
        '{"a": 1}\n',
        'SQLite format 3\0 but not really',
        '\0'.repeat(5000),
        'x',
      ]) {
        const path = file(t)
        writeFileSync(path, content)
        assert.throws(() => openBody(path), StoreForeignError)
        assert.throws(() => openStore(path), StoreForeignError)
        assert.equal(readFileSync(path, 'latin1'), content)
      }
    })

    test('a store of another format is refused and not touched', (t) => {
      const folder = openFolder(t)
      for (const other of Object.values(FORMATS).filter((other) => other !== name)) {
        write(join(folder, other), [{ key: 'a', value: 1 }])
        const path = join(folder, name)
        copyFileSync(join(folder, other), path)
        assert.throws(() => openBody(path), StoreForeignError)
        assert.deepEqual(readFileSync(path), readFileSync(join(folder, other)))
      }
    })

    test('a store of a newer manyhands is refused and not touched', (t) => {
      const path = file(t)
      write(path, [{ key: 'a', value: 1 }])
      const bytes = readFileSync(path)
      if (name.endsWith('.db')) bytes.writeUInt32BE(2, 60)
      else bytes.write(String(bytes).slice(0, 30).replace(/1/, '2'))
      writeFileSync(path, bytes)
      assert.throws(() => openBody(path), StoreVersionError)
      assert.throws(() => openStore(path), StoreVersionError)
      assert.deepEqual(readFileSync(path), bytes)
    })

    test('damaged at any place: what lies before is kept, and so is the damaged file', (t) => {
      const intact = file(t)
      write(intact, ...Array.from({ length: 20 }, (_, round) => items(10, round * 10)))
      const { size } = statSync(intact)
      const next = random(8)
      for (let round = 0; round < 60; round++) {
        const path = file(t)
        copyFileSync(intact, path)
        const at = Math.floor(next() * size)
        const how = ['cut', 'zeros', 'noise'][round % 3]
        if (how === 'cut') truncateSync(path, at)
        else
          overwrite(
            path,
            at,
            Math.min(size - at, 1 + Math.floor(next() * 3000)),
            how === 'zeros' ? () => 0 : () => Math.floor(next() * 256),
          )
        checkDamaged(path, intact, at)
      }
    })
  })

  function overwrite(path: string, at: number, length: number, byte: () => number): void {
    const bytes = readFileSync(path)
    for (let index = at; index < at + length; index++) bytes[index] = byte()
    writeFileSync(path, bytes)
  }

  /** Opens a damaged store to write it, and looks at what is left. */
  function checkDamaged(path: string, intact: string, at: number): void {
    const damaged = readFileSync(path)
    const before = valuesOf(intact)
    let body: StoreBody
    try {
      body = openBody(path)
    } catch (error) {
      // With its first bytes gone, nothing says that it is ours. Then it must not be touched.
      assert.ok(error instanceof StoreForeignError || error instanceof StoreVersionError, String(error))
      assert.ok(at < 100, `refused, though the damage begins at ${at} only: ${error.message}`)
      assert.deepEqual(readFileSync(path), damaged)
      return
    }
    const { warnings } = body
    if (damaged.length > 0) body.begin(FACTS, RUN, 1)
    body.close()
    if (damaged.length === 0) return
    const left = valuesOf(path)
    for (const key of certain(intact, at))
      assert.deepEqual(left[key], before[key], `${key} lies before the damage at ${at}`)
    // A checksum tells a changed letter from a true one; without one a record that is well formed counts.
    if (path.endsWith('.log')) for (const [key, value] of Object.entries(left)) assert.deepEqual(value, before[key])
    if (warnings.length === 0) {
      // Nothing of value was hit: free space, or letters of a text that nothing guards. Or a log was cut between two
      // records: it is a shorter log then.
      assert.deepEqual(Object.keys(left), Object.keys(before).slice(0, Object.keys(left).length))
      return
    }
    const kept = readdirSync(join(path, '..')).filter((each) => each.includes('.damaged-'))
    assert.equal(kept.length, 1)
    const [aside = ''] = kept
    assert.ok(
      warnings.some((warning) => warning.includes(aside)),
      'the warning names it',
    )
    assert.deepEqual(readFileSync(join(path, '..', aside)), damaged, 'as it was')
  }

  /** Keys whose records end before a position of the file, by looking for their text. */
  function certain(path: string, at: number): string[] {
    const bytes = readFileSync(path)
    // In SQLite a row counts when the page it lies in ends before the damage.
    const end = path.endsWith('.db') ? Math.floor(at / 8192) * 8192 : at
    return items(200)
      .map(({ key }) => key)
      .filter((key) => {
        const text = `${key} `.repeat(20)
        // The last one: SQLite leaves old text behind in pages that it uses anew.
        const found = bytes.lastIndexOf(text)
        const after = path.endsWith('.db') ? text.length : text.length + 40
        return found >= 0 && found + after < end
      })
  }
}

describe('SQLite', () => {
  test('a program that was killed while it made the store leaves none', (t) => {
    for (const open of [(path: string) => openBody(path).close(), (path: string) => openStore(path).close()]) {
      const path = join(openFolder(t), 'run.db')
      write(path, [])
      // A journal that says that the file had no page before: https://www.sqlite.org/fileformat2.html, section 3.
      const journal = Buffer.alloc(512)
      Buffer.from('d9d505f920a163d7', 'hex').copy(journal)
      journal.writeUInt32BE(512, 20)
      journal.writeUInt32BE(8192, 24)
      writeFileSync(`${path}-journal`, journal)
      open(path)
      const store = openStore(path)
      assert.deepEqual([...store.outcomes()], [])
      store.close()
      write(path, [{ key: 'a', value: 1 }])
      assert.deepEqual(valuesOf(path), { a: 1 })
    }
  })
})
