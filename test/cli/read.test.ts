import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Tuning } from '../../src/cli/commands/tuning.ts'
import { recipes } from '../../src/recipes/index.ts'
import { folderOf, manyhands, taskOf } from './manyhands.ts'

const { version } = (await import('manyhands/package.json', { with: { type: 'json' } })).default as { version: string }
const LOGS = fileURLToPath(new URL('../../examples/access-log/logs', import.meta.url))

async function failedRun(t: TestContext): Promise<string> {
  const cwd = folderOf(t, { 'a.txt': 'x', 'bad 1.txt': '', 'bad 2.txt': '', 'sub/bad.txt': '' })
  const options = ['-o', 'p.db', '--retries', '1', '--backoff', '1ms', '--kind', 'thread']
  assert.equal((await manyhands(['run', taskOf('picky'), '.', '--ext', '.txt', ...options], { cwd })).code, 1)
  return cwd
}

test('failures are a table, or a list for programs, with every attempt where asked', async (t) => {
  const cwd = await failedRun(t)
  const text = await manyhands(['failures', 'p.db'], { cwd })
  assert.deepEqual([text.code, text.stderr], [0, ''])
  const [title = '', ...rows] = text.stdout.trimEnd().split('\n')
  assert.match(title, /^item +tries +worker +when +took +error$/)
  assert.deepEqual(
    rows.map((row) => row.replace(/ {2,}.* {2,}/, ' | ')),
    [
      'bad 1.txt | TypeError: cannot use bad 1.txt',
      'bad 2.txt | TypeError: cannot use bad 2.txt',
      'sub/bad.txt | TypeError: cannot use bad.txt',
    ],
  )
  const json = async (...args: string[]): Promise<Record<string, unknown>[]> => {
    const { stdout } = await manyhands(['failures', 'p.db', '--json', ...args], { cwd })
    return JSON.parse(stdout) as Record<string, unknown>[]
  }
  const list = await json('--key', 'sub/*')
  assert.deepEqual(
    list.map(({ key, error, attempts }) => ({ key, error, attempts })),
    [{ key: 'sub/bad.txt', error: { name: 'TypeError', message: 'cannot use bad.txt' }, attempts: 2 }],
  )
  const attempts = await json('--attempts', '--key', 'sub/*')
  assert.deepEqual(
    attempts.map(({ key, attempt }) => [key, attempt]),
    [
      ['sub/bad.txt', 1],
      ['sub/bad.txt', 2],
    ],
  )
  const stack = await manyhands(['failures', 'p.db', '--stack'], { cwd })
  assert.match(stack.stdout, /^sub\/bad\.txt\n {2}2 attempts, P00\d, .*\n {2}TypeError: cannot use bad\.txt\n/m)
  assert.match(stack.stdout, / {6}at .*picky .*tasks\.ts.*\n\n/)
  const none = await manyhands(['failures', 'p.db', '--key', 'a.txt'], { cwd })
  assert.equal(none.stdout, 'No a.txt failed\n')
})

test('status says what is done, and when', async (t) => {
  const cwd = await failedRun(t)
  const { code, stdout } = await manyhands(['status', 'p.db'], { cwd })
  assert.equal(code, 0)
  assert.match(stdout, /^store +.*p\.db\ntask +.*tasks\.ts#picky\nstate +finished \d{4}-.*, after .*\n/)
  assert.match(stdout, /^items +1 of 4 done, 3 failed$/m)
  const json = JSON.parse((await manyhands(['status', 'p.db', '--json'], { cwd })).stdout) as Record<string, unknown>
  const { done, failed, total, left, running, ended } = json
  assert.deepEqual([done, failed, total, left, running, ended], [1, 3, 4, 0, false, 'finished'])
  assert.match(String(json['savedAt']), /^\d{4}-\d\d-\d\dT/)
})

test('a task without a recipe has a report of times and errors', async (t) => {
  const cwd = await failedRun(t)
  const { code, stdout } = await manyhands(['report', 'p.db', '--top', '2'], { cwd })
  assert.equal(code, 0)
  assert.match(stdout, /^items +1 done, 3 failed$/m)
  assert.match(stdout, /^Errors\nitems +error +such as\n +1 +TypeError: cannot use bad 1\.txt +bad 1\.txt\n +1 +.*\n$/m)
  const json = JSON.parse((await manyhands(['report', 'p.db', '--json'], { cwd })).stdout) as Record<string, unknown[]>
  assert.deepEqual([json['done'], json['slowest']?.length, json['errors']?.length], [1, 4, 3])
})

test('a recipe runs by its name, and its report agrees with itself', async (t) => {
  const cwd = folderOf(t)
  const run = await manyhands(['run', 'access-log', LOGS, '-o', 'logs.db'], { cwd })
  assert.equal(run.code, 0, run.stderr)
  assert.match(run.stderr, /^ {2}report +manyhands report logs\.db$/m)
  const text = await manyhands(['report', 'logs.db', '--top', '3'], { cwd })
  assert.deepEqual([text.code, text.stderr], [0, ''])
  assert.match(text.stdout, /^Access logs: /)
  const json = JSON.parse((await manyhands(['report', 'logs.db', '--json'], { cwd })).stdout) as Record<string, number>
  assert.equal(json['lines'], (json['parsed'] ?? 0) + (json['malformed'] ?? 0) + (json['blank'] ?? 0))
  const partial = await manyhands(['run', 'access-log', LOGS, '-o', 'part.db', '--limit', '1', '-q'], { cwd })
  assert.equal(partial.code, 0)
  const report = await manyhands(['report', 'part.db'], { cwd })
  assert.match(report.stderr, /^warning: this is the report of what is done: of the inputs, \d+ are not done yet$/m)
})

test('recipes lists what can be run', async (t) => {
  const cwd = folderOf(t)
  const { stdout } = await manyhands(['recipes'], { cwd })
  const json = JSON.parse((await manyhands(['recipes', '--json'], { cwd })).stdout) as { name: string }[]
  assert.deepEqual(
    json.map(({ name }) => name),
    [...recipes.keys()],
  )
  for (const { name, description } of recipes.values()) {
    assert.ok(stdout.replace(/\n +/g, ' ').includes(`${name} ${description}`), name)
  }
})

test('tune measures both kinds and recommends what it measured, saving nothing', async (t) => {
  const cwd = folderOf(t, { 'a.txt': 'x', 'b.txt': 'y' })
  const command = ['tune', taskOf('look'), '*.txt', '--time', '100ms', '--max', '2']
  const { code, stdout, stderr } = await manyhands(command, { cwd })
  assert.equal(code, 0, stderr)
  assert.match(stdout, /^Measured with 2 items, each (about \d+ times|once or twice), on \d+ processors?$/m)
  assert.match(stdout, /^kind +workers +items +against one +efficiency\n(thread|process) +1 +/m)
  assert.match(stdout, /← best$/m)
  assert.match(stdout, /^ {2}manyhands run .* -j [12] --kind (thread|process)$/m)
  assert.match(stderr, /^look: 1 process: /m)
  const json = await manyhands([...command, '--json', '--quiet', '--kind', 'thread', '--sample', '4'], { cwd })
  const tuning = JSON.parse(json.stdout) as Tuning
  assert.deepEqual([tuning.items, tuning.sample, tuning.measured.length, tuning.best.kind], [2, 4, 2, 'thread'])
  assert.equal(json.stderr, '')
})

test('help teaches by examples, for each command', async (t) => {
  const cwd = folderOf(t)
  const main = await manyhands(['--help'], { cwd })
  assert.deepEqual([main.code, main.stderr], [0, ''])
  const names = [...main.stdout.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map(([, name = '']) => name)
  assert.deepEqual(names, ['run', 'status', 'results', 'failures', 'report', 'tune', 'recipes', 'help'])
  for (const name of names.slice(0, -1)) {
    const { code, stdout } = await manyhands([name, '--help'], { cwd })
    assert.equal(code, 0)
    assert.ok(stdout.indexOf('Examples:') < stdout.search(/^(Options|Other|Inputs):/m), `${name}: examples come first`)
    assert.match(stdout, new RegExp(`^ {2}.*manyhands ${name}\\b`, 'm'))
  }
  const none = await manyhands([], { cwd })
  assert.deepEqual([none.code, none.stdout], [2, ''])
  assert.ok(none.stderr.includes('Examples:'))
})

test('--version is that of the package', async (t) => {
  const { code, stdout } = await manyhands(['--version'], { cwd: folderOf(t) })
  assert.deepEqual([code, stdout], [0, `${version}\n`])
})
