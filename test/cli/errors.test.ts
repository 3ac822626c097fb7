import assert from 'node:assert/strict'
import { chmodSync, chownSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openStore } from 'manyhands/run'
import { folderOf, listing, manyhands, start, taskOf, write } from './manyhands.ts'

const NOBODY = 65_534
const THROWS = fileURLToPath(new URL('../fixtures/cli/throws.ts', import.meta.url))

/** Wrong uses, and what is said to each: the option or value, and the nearest right one. */
const WRONG: readonly (readonly [args: readonly string[], says: RegExp])[] = [
  [['rnu'], /unknown command 'rnu'; did you mean run\?/],
  [['access-log', 'logs'], /unknown command 'access-log'; did you mean manyhands run access-log …\?/],
  [['./tasks.ts#x', 'logs'], /unknown command '\.\/tasks\.ts#x'; did you mean manyhands run \.\/tasks\.ts#x …\?/],
  [['run', taskOf('look'), 'a.txt', '--worker', '3'], /unknown option '--worker'; did you mean --workers\?/],
  [['run'], /TASK is missing: name a recipe/],
  [['run', taskOf('look')], /INPUTS is missing: name files/],
  [['status'], /STORE is missing/],
  [['status', 'a.db', 'b.db'], /too many arguments/],
  [['run', taskOf('look'), 'a.txt', '-o'], /--output needs a value, <STORE>/],
  [['run', taskOf('look'), 'a.txt', '-j', '0'], /--workers does not take '0': give a number from 1 on/],
  [['run', taskOf('look'), 'a.txt', '-j', '0%'], /--workers does not take '0%'/],
  [['run', taskOf('look'), 'a.txt', '--workers=many'], /--workers does not take 'many'/],
  [['run', taskOf('look'), 'a.txt', '--timeout', '5'], /--timeout does not take '5': give it a unit: 5s, 5m or 5ms/],
  [['run', taskOf('look'), 'a.txt', '--timeout', 'soon'], /--timeout does not take 'soon': .* 1\.5s/],
  [['run', taskOf('look'), 'a.txt', '--memory-limit', '512'], /--memory-limit does not take '512': .* 512MB/],
  [['run', taskOf('look'), 'a.txt', '--halt', 'neve'], /--halt does not take 'neve': .* did you mean 'never'\?/],
  [['run', taskOf('look'), 'a.txt', '--halt', '101%'], /--halt does not take '101%'/],
  [['run', taskOf('look'), 'a.txt', '--kind', 'procces'], /--kind .* 'procces': .* did you mean 'process'\?/],
  [['run', taskOf('look'), 'a.txt', '--retries', '-1'], /--retries/],
  [['run', taskOf('look'), 'a.txt', '--ext', ','], /--ext does not take ','/],
  [['run', taskOf('look'), 'a.txt', '-0'], /--null is about lists of paths/],
  [['run', taskOf('look'), 'a.txt', '-o', 'folder'], /folder is a folder; .* -o folder\/look\.db/],
  [['run', taskOf('look'), 'a.txt', '-o', 'x.csv'], /no \.csv file; .* manyhands results x\.db -o x\.csv/],
  [['run', taskOf('look'), 'a.txt', '-o', 'none/x.db'], /none\/x\.db cannot be written/],
  [['run', taskOf('look'), 'a.txt', '-o', 'notes.md'], /notes\.md is a file of another kind, .* it was not touched/],
  [['run', taskOf('look'), 'ab.txt'], /no file or folder ab\.txt; did you mean 'a\.txt'\?/],
  [['run', taskOf('look'), 'folder/*.csv'], /No file matches 'folder\/\*\.csv'/],
  [['run', taskOf('look'), '.', '--ext', '.csv'], /No file with the extension \.csv/],
  [['run', taskOf('look'), '-', '-'], /- is given twice/],
  [['run', 'acess-log', 'a.txt'], /no recipe 'acess-log'; did you mean 'access-log'\?/],
  [['run', 'look', 'a.txt'], /no recipe 'look'; .* \.\/tasks\.ts#look/],
  [['run', './tsk.mjs#x', 'a.txt'], /no file \.\/tsk\.mjs for the task; did you mean '\.\/tsks\.mjs'\?/],
  [['run', '#x', 'a.txt'], /names no file; write it as \.\/tasks\.ts#x/],
  [['status', 'none.db'], /there is no store none\.db/],
  [['results', 'notes.md'], /notes\.md is a file of another kind/],
  [['results', 'none.db', '--format', 'cvs'], /--format does not take 'cvs': .* did you mean 'csv'\?/],
  [['report', 'folder'], /folder is a folder, not a store/],
  [['report', 'none.db', '--top', '0'], /--top does not take '0'/],
  [['tune', taskOf('picky'), 'bad.txt', '--time', '50ms'], /nothing can be measured: .* cannot use bad\.txt/],
]

/** Wrong uses that are found out when the run has begun. */
const FOUND_LATE: typeof WRONG = [
  [['run', taskOf('look'), '@none.txt'], /list of paths none\.txt cannot be read: ENOENT/],
  [['run', taskOf('lok'), 'a.txt'], /has no export `lok`\. It exports .*look/],
  [['run', taskOf('notATask'), 'a.txt'], /notATask.* is of type number; it must be a function/],
  [['run', THROWS, 'a.txt'], /throws\.ts threw while it was imported: Error: broken at import/],
]

/** Runs each, and checks that nothing is said but what is wrong, and that no file is new. */
async function checkAll(t: TestContext, uses: typeof WRONG): Promise<void> {
  const cwd = folderOf(t, { 'a.txt': 'x', 'bad.txt': '', 'notes.md': 'my notes', 'folder/b.txt': '', 'tsks.mjs': '' })
  const before = listing(cwd)
  await Promise.all(
    [0, 1, 2].map(async (lane) => {
      for (const [args, says] of uses.filter((_, index) => index % 3 === lane)) {
        const { code, stdout, stderr } = await manyhands(args, { cwd })
        const said = `manyhands ${args.join(' ')}\n${stderr}`
        assert.equal(code, 2, said)
        assert.equal(stdout, '', said)
        const message = stderr.split('\n').filter((line) => line.startsWith('manyhands: '))
        assert.equal(message.length, 1, said)
        assert.match(message[0] ?? '', says)
        assert.doesNotMatch(stderr, /\n\s+at /, said)
      }
    }),
  )
  assert.equal(readFileSync(join(cwd, 'notes.md'), 'utf8'), 'my notes')
  assert.deepEqual(listing(cwd), before)
}

test('every wrong use gets one clear message and exit code 2, and leaves nothing behind', (t) => checkAll(t, WRONG))

const todo = 'run() leaves an empty store behind'
test('so does what is found out only when the run has begun', { todo }, (t) => checkAll(t, FOUND_LATE))

test('--debug shows the stack', async (t) => {
  const cwd = folderOf(t)
  const { code, stderr } = await manyhands(['status', 'none.db', '--debug'], { cwd })
  assert.equal(code, 2)
  assert.match(stderr, /there is no store none\.db\n.*\n +at /)
})

test('a folder that cannot be read is named', async (t) => {
  const cwd = folderOf(t, { 'in/locked/a.txt': '' })
  chmodSync(join(cwd, 'in/locked'), 0)
  // Root may read everything, so it is tried as nobody.
  const isRoot = process.getuid?.() === 0
  if (isRoot) for (const path of [cwd, join(cwd, 'in'), join(cwd, 'in/locked')]) chownSync(path, NOBODY, NOBODY)
  const { code, stderr } = await manyhands(['run', taskOf('look'), 'in'], { cwd, ...(isRoot && { uid: NOBODY }) })
  chmodSync(join(cwd, 'in/locked'), 0o700)
  assert.equal(code, 2)
  assert.match(stderr, /in\/locked cannot be read/)
})

test('two runs on one store: the second is told who has it, and the first goes on', async (t) => {
  const cwd = folderOf(t, { 'a.txt': '' })
  const command = ['run', taskOf('until'), 'a.txt', '-o', 's.db']
  const first = start(command, { cwd })
  await first.said(/begins a\.txt/)
  const second = await manyhands(command, { cwd })
  assert.equal(second.code, 2)
  assert.match(second.stderr, new RegExp(`store .*s\\.db is in use by another run, in the process ${first.pid}`))
  write(cwd, { 'a.txt.end': '' })
  assert.equal((await first.ended).code, 0)
})

test('a store of another task is not touched, and can be begun anew', async (t) => {
  const cwd = folderOf(t, { 'a.txt': 'x' })
  await manyhands(['run', taskOf('look'), 'a.txt', '-o', 's.db', '--kind', 'thread'], { cwd })
  const refused = await manyhands(['run', taskOf('picky'), 'a.txt', '-o', 's.db'], { cwd })
  assert.equal(refused.code, 2)
  assert.match(refused.stderr, /holds results of the task .*#look, and this run is of .*#picky; .* --restart/)
  const anew = await manyhands(['run', taskOf('picky'), 'a.txt', '-o', 's.db', '--restart', '--yes'], { cwd })
  assert.equal(anew.code, 0)
})

test('a store that is deleted while it is written ends the run with exit code 1, and is rescued', async (t) => {
  const cwd = folderOf(t, { 'a.txt': '', 'a.txt.end': '', 'b.txt': '' })
  const run = start(['run', taskOf('until'), 'a.txt', 'b.txt', '-o', 's.db', '-j', '1', '--save-every', '1'], { cwd })
  await run.said(/begins b\.txt/)
  rmSync(join(cwd, 's.db'))
  write(cwd, { 'b.txt.end': '' })
  const { code, stderr } = await run.ended
  assert.equal(code, 1)
  assert.match(stderr, /^manyhands: The store .*s\.db was deleted, moved or replaced .* was written to .*rescued/m)
})

test('a damaged store is kept aside, and what can be read goes on', async (t) => {
  const names = Array.from({ length: 200 }, (_, index) => `f${index}.txt`)
  const cwd = folderOf(t, Object.fromEntries(names.map((name) => [name, 'x'.repeat(100)])))
  const store = join(cwd, 'd.db')
  await manyhands(['run', taskOf('look'), '*.txt', '-o', 'd.db', '--kind', 'thread'], { cwd })
  truncateSync(store, 3 * 8192)
  const { code, stderr } = await manyhands(['run', taskOf('look'), '*.txt', '-o', 'd.db', '--kind', 'thread'], { cwd })
  assert.equal(code, 0, stderr)
  assert.match(stderr, /^warning: .*damaged/m)
  assert.match(listing(cwd).join('\n'), /^d.*damaged/m, 'the damaged file is kept')
  const opened = openStore(store)
  assert.equal(opened.status().done, 200)
  opened.close()
})

test('changed code is noticed, and --task-changed says what to do', async (t) => {
  const cwd = folderOf(t, { 'a.txt': '', 'task.mjs': 'export default () => 1' })
  const command = ['run', './task.mjs', 'a.txt', '--kind', 'thread']
  await manyhands(command, { cwd })
  writeFileSync(join(cwd, 'task.mjs'), 'export default () => 2')
  const refused = await manyhands([...command, '--task-changed', 'refuse'], { cwd })
  assert.equal(refused.code, 2)
  const kept = await manyhands(command, { cwd })
  assert.match(kept.stderr, /^warning: .*changed since .* --task-changed redo/m)
  const redone = await manyhands([...command, '--task-changed', 'redo'], { cwd })
  assert.match(redone.stderr, /1 item done in/)
})
