import assert from 'node:assert/strict'
import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { Counter } from 'manyhands'
import { openStore, run } from 'manyhands/run'
import { plainValue } from '../../src/cli/formats/plain-value.ts'
import { COMMAND, folderOf, listing, manyhands, taskOf } from './manyhands.ts'

const FILES = { 'date.txt': '', 'map.txt': '', 'text.txt': '', 'other.txt': '', 'sub/date.txt': '' }

async function storeOf(t: TestContext): Promise<string> {
  const cwd = folderOf(t, FILES)
  const options = ['--ext', '.txt', '-o', 'v.db', '--kind', 'thread']
  const { code } = await manyhands(['run', taskOf('values'), '.', ...options], { cwd })
  assert.equal(code, 0)
  return cwd
}

/** What the formats should say, by key. */
const PLAIN: Readonly<Record<string, object>> = {
  'date.txt': { when: '1970-01-01T00:00:00.000Z', n: 1 },
  'map.txt': { when: null, n: 2.5, map: { a: 1 }, list: [1, 'x'] },
  'other.txt': { n: null, flag: true },
  'sub/date.txt': { when: '1970-01-01T00:00:00.000Z', n: 1 },
  'text.txt': { n: 3, text: 'a "quoted", text\nwith lines', 'very big': String(2n ** 70n), bytes: 'AQID' },
}

test('JSON and JSON lines hold the same, as plain data', async (t) => {
  const cwd = await storeOf(t)
  const lines = await manyhands(['results', 'v.db'], { cwd })
  const expected = Object.entries(PLAIN).map(([key, value]) => ({ key, value }))
  assert.deepEqual(
    lines.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
    expected,
  )
  const list = await manyhands(['results', 'v.db', '--format', 'json'], { cwd })
  assert.deepEqual(JSON.parse(list.stdout), expected)
  const file = await manyhands(['results', 'v.db', '-o', 'out.json'], { cwd })
  assert.deepEqual([file.code, file.stdout, file.stderr], [0, '', ''])
  assert.deepEqual(JSON.parse(readFileSync(join(cwd, 'out.json'), 'utf8')), expected)
})

test('CSV has a column for each field, quoted as RFC 4180 wants', async (t) => {
  const cwd = await storeOf(t)
  const { stdout } = await manyhands(['results', 'v.db', '-f', 'csv'], { cwd })
  assert.deepEqual(stdout.split('\n'), [
    'key,when,n,map,list,flag,text,very big,bytes',
    'date.txt,1970-01-01T00:00:00.000Z,1,,,,,,',
    'map.txt,,2.5,"{""a"":1}","[1,""x""]",,,,',
    'other.txt,,,,,true,,,',
    'sub/date.txt,1970-01-01T00:00:00.000Z,1,,,,,,',
    'text.txt,,3,,,,"a ""quoted"", text',
    `with lines",${2n ** 70n},AQID`,
    '',
  ])
})

test('Parquet has the same columns, with types', async (t) => {
  const cwd = await storeOf(t)
  const refused = await manyhands(['results', 'v.db', '--format', 'parquet'], { cwd })
  assert.deepEqual([refused.code, refused.stdout], [2, ''])
  const written = await manyhands(['results', 'v.db', '-o', 'out.parquet'], { cwd })
  assert.equal(written.code, 0, written.stderr)
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(join(cwd, 'out.parquet')) })
  const columns = ['when', 'n', 'map', 'list', 'flag', 'text', 'very big', 'bytes']
  const empty = Object.fromEntries(columns.map((name) => [name, null]))
  assert.deepEqual(
    rows,
    Object.entries(PLAIN).map(([key, value]) => ({ key, ...empty, ...value })),
  )
  assert.deepEqual(
    listing(cwd).filter((name) => name.includes('.part')),
    [],
  )
})

test('whole numbers, texts and maps keep their kind in columns', async (t) => {
  const cwd = folderOf(t)
  const values = [10_000_000_000, 2, 3]
  await run((n: number) => n, values, { store: join(cwd, 'n.db'), kind: 'thread' })
  await manyhands(['results', 'n.db', '-o', 'n.parquet'], { cwd })
  const rows = await parquetReadObjects({ file: await asyncBufferFromFile(join(cwd, 'n.parquet')) })
  assert.deepEqual(
    rows.map(({ value }) => value),
    [10_000_000_000n, 2n, 3n],
  )

  const count = async (text: string): Promise<unknown> => {
    const { Counter: Counts } = await import('manyhands')
    return new Counts(text)
  }
  await run(count, ['ab', 'bc'], { store: join(cwd, 'c.db'), kind: 'thread' })
  const { stdout } = await manyhands(['results', 'c.db', '--format', 'csv'], { cwd })
  assert.equal(stdout, 'key,value\nab,"{""a"":1,""b"":1}"\nbc,"{""b"":1,""c"":1}"\n')
})

test('--key, --failed and --details choose what is written', async (t) => {
  const cwd = folderOf(t, { 'a.txt': 'x', 'bad.txt': '', 'sub/c.txt': 'y' })
  const options = ['--ext', '.txt', '-o', 'p.db', '--retries', '1', '--backoff', '1ms']
  await manyhands(['run', taskOf('picky'), '.', ...options], { cwd })
  const lines = async (...args: string[]): Promise<Record<string, unknown>[]> => {
    const { stdout } = await manyhands(['results', 'p.db', ...args], { cwd })
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  }
  assert.deepEqual(
    (await lines('--key', '*.txt')).map(({ key }) => key),
    ['a.txt'],
  )
  assert.deepEqual(
    (await lines('--key', '**/*.txt')).map(({ key }) => key),
    ['a.txt', 'sub/c.txt'],
  )
  const [failure = {}] = await lines('--failed')
  const error = { name: 'TypeError', message: 'cannot use bad.txt' }
  assert.deepEqual(failure, { key: 'bad.txt', error, attempts: 2 })
  const [first = {}] = await lines('--details')
  assert.deepEqual(Object.keys(first), ['key', 'value', 'attempts', 'startedAt', 'duration', 'worker'])
  const { stdout } = await manyhands(['results', 'p.db', '--failed', '--format', 'csv'], { cwd })
  assert.equal(stdout, 'key,error.name,error.message,attempts\nbad.txt,TypeError,cannot use bad.txt,2\n')
})

test('a file of results is whole or not there, and never the store', async (t) => {
  const cwd = await storeOf(t)
  const bytes = readFileSync(join(cwd, 'v.db'))
  const self = await manyhands(['results', 'v.db', '-o', './v.db', '--format', 'csv'], { cwd })
  assert.equal(self.code, 2)
  assert.match(self.stderr, /is the store itself/)
  assert.deepEqual(readFileSync(join(cwd, 'v.db')), bytes)
  await manyhands(['run', taskOf('values'), 'date.txt', '-o', 'other.json', '--kind', 'thread'], { cwd })
  const other = await manyhands(['results', 'v.db', '-o', 'other.json'], { cwd })
  assert.equal(other.code, 2)
  assert.match(other.stderr, /-o other\.json is the store of another run/)
  const nowhere = await manyhands(['results', 'v.db', '-o', 'none/out.csv'], { cwd })
  assert.equal(nowhere.code, 2)
  assert.match(nowhere.stderr, /none\/out\.csv cannot be written/)
  assert.ok(!existsSync(join(cwd, 'none')))
})

test('a reader that has enough ends the command quietly, with exit code 0', async (t) => {
  const cwd = folderOf(t)
  const inputs = Array.from({ length: 20_000 }, (_, index) => index)
  await run((n: number) => 'x'.repeat(100) + n, inputs, { store: join(cwd, 'big.db'), kind: 'thread' })
  const opened = openStore(join(cwd, 'big.db'))
  assert.equal(opened.status().done, inputs.length)
  opened.close()
  for (const format of ['jsonl', 'json', 'csv']) {
    const child = spawn(process.execPath, [COMMAND, 'results', 'big.db', '--format', format], { cwd })
    let stderr = ''
    child.stderr.on('data', (text) => (stderr += String(text)))
    await once(child.stdout, 'data')
    child.stdout.destroy()
    const [code, signal] = (await once(child, 'close')) as [number, string]
    assert.deepEqual([code, signal, stderr], [0, null, ''], format)
  }
})

test('plain values: what JSON cannot say is said plainly', () => {
  const circular: Record<string, unknown> = { n: 1 }
  circular['self'] = circular
  assert.deepEqual(plainValue(circular), { n: 1, self: '[circular]' })
  assert.deepEqual(plainValue([Number.NaN, Infinity, undefined, -0, 1n]), [null, null, null, -0, '1'])
  assert.deepEqual(plainValue(new Map<unknown, unknown>([[{ a: 1 }, new Date(Number.NaN)]])), [[{ a: 1 }, null]])
  assert.deepEqual(plainValue(new Set(['a', new Set([1])])), ['a', [1]])
  assert.deepEqual(plainValue(new Counter('aab')), { a: 2, b: 1 })
  assert.deepEqual(plainValue(new Float32Array([0.5, Infinity])), [0.5, null])
  assert.deepEqual(plainValue(new TypeError('no', { cause: 1 })), { name: 'TypeError', message: 'no' })
  const others = { url: new URL('https://a.b/c'), pattern: /x/g, f: () => 1 }
  assert.deepEqual(plainValue(others), { url: 'https://a.b/c', pattern: '/x/g', f: null })
  const shared = { a: 1 }
  assert.deepEqual(plainValue([shared, shared]), [{ a: 1 }, { a: 1 }], 'twice is not circular')
  assert.deepEqual(JSON.stringify(plainValue(JSON.parse('{"__proto__": 1}'))), '{"__proto__":1}')
})
