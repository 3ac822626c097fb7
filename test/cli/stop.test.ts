import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openStore } from 'manyhands/run'
import { type Started, folderOf, manyhands, resultsOf, start, taskOf, write } from './manyhands.ts'

const FILES = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name}.txt`)
const EMPTY = Object.fromEntries(FILES.map((name) => [name, '']))

/** Starts a run of two workers that end when their files say so, and waits until both have an item in hand. */
async function begin(cwd: string, ...more: string[]): Promise<Started> {
  const run = start(['run', taskOf('until'), '*.txt', '-o', 's.db', '-j', '2', ...more], { cwd })
  await run.said(/begins a\.txt[^]*begins b\.txt|begins b\.txt[^]*begins a\.txt/)
  return run
}

test('the first Ctrl-C lets what is in hand finish, saves it, and says how to go on', async (t) => {
  const cwd = folderOf(t, EMPTY)
  const run = await begin(cwd)
  run.kill('SIGINT')
  await run.said(/Stopping \(Ctrl-C\): items in hand may finish within 10s, then all is saved; Ctrl-C again stops/)
  write(cwd, { 'a.txt.end': '', 'b.txt.end': '' })
  const { code, stderr } = await run.ended
  assert.equal(code, 130)
  assert.match(stderr, /^■ Ended early by the user \(Ctrl-C\), all .* is saved: 2 of 6 items done in .*, 4 left$/m)
  assert.match(stderr, /^ {2}go on +manyhands run .*until'? '\*\.txt' -o s\.db -j 2$/m)
  assert.deepEqual(Object.keys(resultsOf('s.db', cwd)), ['a.txt', 'b.txt'])

  write(cwd, Object.fromEntries(FILES.map((name) => [`${name}.end`, ''])))
  const rest = await manyhands(['run', taskOf('until'), '*.txt', '-o', 's.db'], { cwd })
  assert.equal(rest.code, 0)
  assert.match(rest.stderr, /2 of 6 done before; 4 to do/)
  assert.deepEqual(Object.keys(resultsOf('s.db', cwd)), FILES)
})

test('Ctrl-C ends a run whose list of paths never ends', async (t) => {
  const cwd = folderOf(t, EMPTY)
  const run = start(['run', taskOf('until'), '-', '-o', 's.db'], { cwd, input: null })
  run.write('a.txt\n')
  await run.said(/begins a\.txt/)
  run.kill('SIGINT')
  await run.said(/Stopping/)
  write(cwd, { 'a.txt.end': '' })
  assert.equal((await run.ended).code, 130)
  assert.deepEqual(Object.keys(resultsOf('s.db', cwd)), ['a.txt'])
})

test('the second Ctrl-C stops at once, and what is finished is saved', async (t) => {
  const cwd = folderOf(t, { ...EMPTY, 'a.txt.end': '' })
  const run = start(['run', taskOf('until'), '*.txt', '-o', 's.db', '-j', '1', '--save-interval', '1h'], { cwd })
  await run.said(/begins b\.txt/)
  run.kill('SIGINT')
  await run.said(/Stopping \(Ctrl-C\)/)
  run.kill('SIGINT')
  const { code, stderr } = await run.ended
  assert.equal(code, 130)
  assert.match(stderr, /Stopping at once \(Ctrl-C\); what is finished is saved, the next run does the rest/)
  assert.deepEqual(Object.keys(resultsOf('s.db', cwd)), ['a.txt'])
})

test('the grace ends as a second Ctrl-C would', async (t) => {
  const cwd = folderOf(t, EMPTY)
  const run = await begin(cwd, '--grace', '50ms')
  run.kill('SIGINT')
  assert.equal((await run.ended).code, 130)
})

test('SIGTERM and SIGHUP stop and save as Ctrl-C does, with their own exit codes', async (t) => {
  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    const cwd = folderOf(t, EMPTY)
    const run = await begin(cwd)
    run.kill(signal)
    await run.said(/Stopping/)
    write(cwd, { 'a.txt.end': '', 'b.txt.end': '' })
    assert.equal((await run.ended).code, code, signal)
    assert.deepEqual(Object.keys(resultsOf('s.db', cwd)), ['a.txt', 'b.txt'], signal)
  }
})

test('kill -9 loses nothing that was saved, leaves no worker, and the same command goes on', async (t) => {
  const cwd = folderOf(t, { ...EMPTY, 'a.txt.end': '', 'b.txt.end': '' })
  const run = await begin(cwd, '--save-every', '1')
  const store = join(cwd, 's.db')
  const isSaved = (): boolean => {
    const opened = openStore(store)
    const { done } = opened.status()
    opened.close()
    return done === 2
  }
  await run.said(/begins [cd]\.txt/)
  while (!isSaved()) await new Promise((resolve) => setTimeout(resolve, 20))
  run.kill('SIGKILL')
  assert.equal((await run.ended).signal, 'SIGKILL')

  const status = await manyhands(['status', 's.db'], { cwd })
  assert.match(status.stdout, /^state +was killed; it began .*, and the same command goes on$/m)
  assert.match(status.stdout, /^items +2 of 6 done, 4 left$/m)
  write(cwd, Object.fromEntries(FILES.map((name) => [`${name}.end`, ''])))
  const { code, stderr } = await manyhands(['run', taskOf('until'), '*.txt', '-o', 's.db'], { cwd })
  assert.equal(code, 0)
  assert.match(stderr, /2 of 6 done before; 4 to do/)
  assert.deepEqual(Object.keys(resultsOf('s.db', cwd)), FILES)
})

test('status tells of a run that goes on, and of its process', async (t) => {
  const cwd = folderOf(t, EMPTY)
  const run = await begin(cwd)
  const text = await manyhands(['status', 's.db'], { cwd })
  const json = await manyhands(['status', 's.db', '--json'], { cwd })
  write(cwd, Object.fromEntries(FILES.map((name) => [`${name}.end`, ''])))
  assert.equal((await run.ended).code, 0)
  assert.match(text.stdout, new RegExp(`^state +running since .*, as process ${run.pid}$`, 'm'))
  const { running, pid, done, left, total } = JSON.parse(json.stdout) as Record<string, unknown>
  assert.deepEqual({ running, pid, done, left, total }, { running: true, pid: run.pid, done: 0, left: 6, total: 6 })
})

test('each item is done once, however often the run is stopped', async (t) => {
  const names = Array.from({ length: 60 }, (_, index) => `f${String(index).padStart(2, '0')}.txt`)
  const cwd = folderOf(t, Object.fromEntries(names.map((name) => [name, ''])))
  const env = { CALLS: join(cwd, 'calls') }
  for (const limit of ['20', '30', '60']) {
    await manyhands(['run', taskOf('counted'), '*.txt', '-o', 'c.db', '--limit', limit, '-q'], { cwd, env })
  }
  assert.deepEqual(readFileSync(env.CALLS, 'utf8').trim().split('\n').sort(), names)
})
