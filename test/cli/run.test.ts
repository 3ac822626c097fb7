import assert from 'node:assert/strict'
import { readFileSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { folderOf, listing, manyhands, resultsOf, taskOf, write } from './manyhands.ts'

const TEXTS = { 'my texts/a.txt': 'one two', 'my texts/é/b.txt': 'drei vier', 'my texts/c.md': 'fünf' }

test('a run saves every result, and the same command does only what is left', async (t) => {
  const cwd = folderOf(t, TEXTS)
  const command = ['run', taskOf('look'), 'my texts/**/*.txt', '-o', 'my store.db', '-j', '2']
  const first = await manyhands(command, { cwd })
  assert.deepEqual([first.code, first.stdout], [0, ''])
  assert.match(first.stderr, /^look → my store\.db: 2 items, on 2 processes$/m)
  assert.match(first.stderr, /^✔ Finished: 2 items done in /m)
  assert.match(first.stderr, /manyhands results 'my store\.db'$/m)
  const results = {
    'my texts/a.txt': { length: 7, first: 'one' },
    'my texts/é/b.txt': { length: 9, first: 'drei' },
  }
  assert.deepEqual(resultsOf('my store.db', cwd), results)

  const second = await manyhands(command, { cwd })
  assert.equal(second.code, 0)
  assert.match(second.stderr, /2 of 2 done before; nothing to do/)

  write(cwd, { 'my texts/new.txt': 'sechs' })
  utimesSync(join(cwd, 'my texts/a.txt'), 0, 1000)
  const third = await manyhands(command, { cwd })
  assert.match(third.stderr, /1 of 3 done before; 2 to do, on 2 processes/)
  assert.match(third.stderr, /Finished: 2 of 3 items done in .*, 1 done before/)
  assert.deepEqual(resultsOf('my store.db', cwd), { ...results, 'my texts/new.txt': { length: 5, first: 'sechs' } })
})

test('results go to a store named after the task, and stderr says so', async (t) => {
  const cwd = folderOf(t, TEXTS)
  const { code, stderr } = await manyhands(['run', taskOf('look'), 'my texts', '--kind', 'thread'], { cwd })
  assert.equal(code, 0)
  assert.match(stderr, /^Results are saved in look\.db; -o names another file$/m)
  assert.deepEqual(Object.keys(resultsOf('look.db', cwd)), ['my texts/a.txt', 'my texts/c.md', 'my texts/é/b.txt'])
})

test('inputs are files, folders, patterns, lists, and paths from stdin', async (t) => {
  const cwd = folderOf(t, { ...TEXTS, 'list.txt': 'my texts/a.txt\r\nmy texts/c.md\n' })
  const keys = async (args: readonly string[], input?: string): Promise<string[]> => {
    const store = `store${args.join('').replace(/\W/g, '')}.db`
    const command = ['run', taskOf('look'), ...args, '-o', store, '--kind', 'thread', '-q']
    const ended = await manyhands(command, { cwd, ...(input !== undefined && { input }) })
    assert.deepEqual([ended.code, ended.stdout, ended.stderr], [0, '', ''], args.join(' '))
    return Object.keys(resultsOf(store, cwd))
  }
  const [a, b, c] = ['my texts/a.txt', 'my texts/é/b.txt', 'my texts/c.md']
  const cases = await Promise.all([
    keys(['my texts/a.txt']),
    keys(['my texts', '--ext', 'txt']),
    keys(['my texts', '--ext', '.txt,.md']),
    keys(['my texts/*.{txt,md}']),
    keys(['@list.txt']),
    keys(['-'], 'my texts/a.txt\nmy texts/é/b.txt'),
    keys(['-', '-0'], 'my texts/a.txt\0my texts/c.md\0'),
    keys(['@list.txt', 'my texts/é', '--ext=.txt']),
    keys(['my texts', '--root', 'my texts']),
    keys(['my texts', '--limit', '1']),
  ])
  assert.deepEqual(cases, [
    [a],
    [a, b],
    [a, c, b],
    [a, c],
    [a, c],
    [a, b],
    [a, c],
    [a, b],
    ['a.txt', 'c.md', 'é/b.txt'],
    [a],
  ])
})

test('an item that fails is recorded, named, and tried again when asked', async (t) => {
  const cwd = folderOf(t, { 'a.txt': 'x', 'b.txt': 'y', 'a.txt.note': '' })
  const command = ['run', taskOf('noted'), '.', '--ext', '.txt', '-o', 'n.db', '--retries', '1', '--backoff', '1ms']
  const first = await manyhands(command, { cwd })
  assert.equal(first.code, 1)
  assert.match(first.stderr, /^✗ b\.txt {2}Error: ENOENT.*b\.txt\.note' \(2 attempts, P00\d\)$/m)
  assert.match(first.stderr, /^✗ Finished: 1 of 2 items done in .*, 1 failed, 1 retried$/m)
  assert.match(first.stderr, /^ {2}failures +manyhands failures n\.db$/m)
  assert.match(first.stderr, /^ {2}try again +manyhands run .* --backoff 1ms --retry-failed$/m)

  write(cwd, { 'b.txt.note': '' })
  const second = await manyhands(command, { cwd })
  assert.equal(second.code, 1, 'a failure stays one until it is tried again')
  assert.match(second.stderr, /1 of 2 done before, 1 failed before; nothing to do/)
  const third = await manyhands([...command, '--retry-failed'], { cwd })
  assert.equal(third.code, 0)
  assert.deepEqual(resultsOf('n.db', cwd), { 'a.txt': 'noted', 'b.txt': 'noted' })
})

test('what tasks print goes to stderr, whole lines with the worker', async (t) => {
  const cwd = folderOf(t, { 'a.txt': '' })
  const { stdout, stderr } = await manyhands(['run', taskOf('slow'), 'a.txt'], { cwd })
  assert.equal(stdout, '')
  assert.match(stderr, /^\[P000\] begins a\.txt$/m)
})

test('--json is one object on stdout, and --quiet is quiet', async (t) => {
  const cwd = folderOf(t, { 'a.txt': '', 'bad.txt': '' })
  const { code, stdout, stderr } = await manyhands(['run', taskOf('picky'), '*.txt', '--json', '--quiet'], { cwd })
  assert.equal(code, 1)
  const summary = JSON.parse(stdout) as Record<string, unknown>
  const { task, done, failed, total, exitCode, failures, workers } = summary
  assert.deepEqual([task, done, failed, total, exitCode], ['picky', 1, 1, 2, 1])
  assert.deepEqual(Object.keys(failures as object[]), ['0'])
  assert.ok(Array.isArray(workers) && workers.every((worker) => worker.exitCode === 0), 'workers tell how they ended')
  assert.match(stderr, /^✗ bad\.txt {2}TypeError: cannot use bad\.txt \(P00\d\)\n$/)
})

test('--progress json is one event a line, errors included', async (t) => {
  const cwd = folderOf(t, { 'a.txt': '', 'bad.txt': '' })
  const command = ['run', taskOf('picky'), '*.txt', '--progress', 'json', '--retries', '1', '--backoff', '1ms']
  const events = (text: string): Record<string, unknown>[] => {
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  }
  const ended = await manyhands(command, { cwd })
  const types = events(ended.stderr).map(({ type }) => type)
  assert.deepEqual(
    types.filter((type) => type !== 'progress'),
    ['start', 'retry', 'failed', 'end'],
  )
  const last = events(ended.stderr).findLast(({ type }) => type === 'progress')
  assert.deepEqual([last?.['done'], last?.['failed'], last?.['retried'], last?.['total']], [1, 1, 1, 2])
  const refused = await manyhands([...command, '-j', '0'], { cwd })
  assert.equal(events(refused.stderr)[0]?.['type'], 'error')
})

test('--dry-run says what would be done, and does nothing', async (t) => {
  const cwd = folderOf(t, { 'a.txt': '', 'b.txt': '', 'bad.txt': '' })
  const before = listing(cwd)
  const fresh = await manyhands(['run', taskOf('picky'), '*.txt', '-o', 'p.db', '--dry-run'], { cwd })
  assert.deepEqual([fresh.code, fresh.stderr], [0, ''])
  assert.equal(fresh.stdout, '3 items found\nWould run picky on 3 items, into p.db:\n  a.txt\n  b.txt\n  bad.txt\n')
  assert.deepEqual(listing(cwd), before)

  await manyhands(['run', taskOf('picky'), 'a.txt', 'bad.txt', '-o', 'p.db'], { cwd })
  const bytes = readFileSync(join(cwd, 'p.db'))
  const plan = async (...more: string[]): Promise<object> => {
    const command = ['run', taskOf('picky'), '*.txt', '-o', 'p.db', '-n', '--json', ...more]
    const { stdout } = await manyhands(command, { cwd })
    const { total, before: done, failedBefore, toDo, first } = JSON.parse(stdout) as Record<string, unknown>
    return [total, done, failedBefore, toDo, first]
  }
  assert.deepEqual(await plan(), [3, 1, 1, 1, ['b.txt']])
  assert.deepEqual(await plan('--retry-failed'), [3, 1, 0, 2, ['b.txt', 'bad.txt']])
  assert.deepEqual(await plan('--restart', '--limit', '2'), [3, 0, 0, 2, ['a.txt', 'b.txt']])
  assert.deepEqual(readFileSync(join(cwd, 'p.db')), bytes)
})

test('--restart forgets results only when told so twice', async (t) => {
  const cwd = folderOf(t, { 'a.txt': 'x' })
  const command = ['run', taskOf('look'), 'a.txt', '-o', 'r.db', '--kind', 'thread', '--restart']
  assert.equal((await manyhands(command, { cwd })).code, 0, 'there is nothing to forget')
  const refused = await manyhands(command, { cwd })
  assert.equal(refused.code, 2)
  assert.match(refused.stderr, /^manyhands: --restart would forget 1 result in r\.db; add --yes to do that\n$/)
  const again = await manyhands([...command, '--yes'], { cwd })
  assert.match(again.stderr, /1 item done in/)
})

test('--halt stops a run that only fails, with exit code 1', async (t) => {
  const cwd = folderOf(t, Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`bad${index}.txt`, ''])))
  const { code, stderr } = await manyhands(['run', taskOf('picky'), '*.txt', '-j', '1', '--halt', '3'], { cwd })
  assert.equal(code, 1)
  assert.match(stderr, /^■ Ended early \(too many items failed, --halt\), all that is finished is saved: .* left$/m)
  assert.match(stderr, /^ {2}go on +manyhands run/m)
})
