// Going on where a run stopped: what is done is not done again, and what changed is.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe } from 'node:test'
import {
  InputError,
  type RunEvent,
  StoreForeignError,
  StoreTaskError,
  TaskChangedError,
  files,
  inputs,
  openStore,
  paths,
  run,
} from 'manyhands/run'
import { range, row } from '../helpers/pools.ts'
import { openFolder } from '../helpers/tmp.ts'
import { double, failFor, failTimes, lengthOf, mark, sizeOf } from './fixtures/tasks.ts'

const options = { kind: 'thread', workers: 2 } as const

describe('a run that goes on', () => {
  row('does each item once in total, however many runs it takes', async (t) => {
    const folder = openFolder(t)
    const store = join(folder, 'run.db')
    const jobs = inputs(
      range(100).map((n) => ({ folder, name: `item ${n}` })),
      { key: ({ name }) => name },
    )
    const counts = []
    for (let limit = 30; ; limit += 10) {
      const report = await run(mark, jobs, { store, ...options, limit })
      counts.push([report.skipped, report.done, report.left, report.stoppedBy, report.exitCode])
      if (report.left === 0) break
    }
    assert.deepEqual(counts, [
      [0, 30, 70, 'limit', 0],
      [30, 40, 30, 'limit', 0],
      [70, 30, 0, undefined, 0],
    ])
    const log = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n')
    assert.deepEqual([log.length, new Set(log).size], [100, 100])
  })

  row('takes further inputs, in any order', async (t) => {
    const store = join(openFolder(t), 'run.db')
    await run(double, [5, 3], { store, ...options })
    const report = await run(double, [9, 5, 1, 3], { store, ...options })
    assert.deepEqual(
      [report.skipped, report.done, Array.from(report.results, ({ key }) => key)],
      [2, 2, ['1', '3', '5', '9']],
    )
  })

  row('does a changed file again, and an equal name in another folder by itself', async (t) => {
    const folder = openFolder(t)
    for (const name of ['a/x.txt', 'b/x.txt', 'c/x.txt', 'y.txt']) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), name)
    }
    const store = join(folder, 'run.db')
    const again = (ext = '.txt') => run(sizeOf, files(folder, { ext }), { store, ...options })
    assert.equal((await again()).done, 4)
    assert.equal((await again()).done, 0)
    writeFileSync(join(folder, 'b/x.txt'), 'now longer')
    utimesSync(join(folder, 'y.txt'), 5, 5)
    const report = await again()
    assert.deepEqual([report.done, report.skipped], [2, 2])
    assert.deepEqual(
      Array.from(report.results, ({ key, value }) => [key, value]),
      [
        ['a/x.txt', 7],
        ['b/x.txt', 10],
        ['c/x.txt', 7],
        ['y.txt', 5],
      ],
    )
  })

  row('knows its files when they and the store moved, or when it is called from elsewhere', async (t) => {
    const folder = openFolder(t)
    const before = process.cwd()
    t.after(() => process.chdir(before))
    mkdirSync(join(folder, 'project/in'), { recursive: true })
    writeFileSync(join(folder, 'project/in/x.txt'), 'x')
    utimesSync(join(folder, 'project/in/x.txt'), 5, 5)
    process.chdir(join(folder, 'project'))
    assert.equal((await run(sizeOf, files('in/*.txt'), { store: 'run.db', ...options })).done, 1)
    process.chdir('in')
    assert.equal((await run(sizeOf, files('*.txt'), { store: '../run.db', ...options })).skipped, 1)
    process.chdir(folder)
    renameSync('project', 'moved')
    assert.equal((await run(sizeOf, files('moved/in'), { store: 'moved/run.db', ...options })).skipped, 1)
    assert.equal((await run(sizeOf, paths(['moved/in/x.txt']), { store: 'moved/run.db', ...options })).skipped, 1)
  })

  row('leaves failed items alone, or tries them again when asked', async (t) => {
    const folder = openFolder(t)
    const store = join(folder, 'run.db')
    const jobs = inputs(
      [
        { folder, name: 'a', times: 0 },
        { folder, name: 'b', times: 2 },
      ],
      { key: ({ name }) => name },
    )
    const counts = []
    for (const retryFailed of [false, false, true, true, true]) {
      const { done, failed, failedBefore, skipped, exitCode } = await run(failTimes, jobs, {
        store,
        ...options,
        retryFailed,
      })
      counts.push({ done, failed, failedBefore, skipped, exitCode })
    }
    assert.deepEqual(counts, [
      { done: 1, failed: 1, failedBefore: 0, skipped: 0, exitCode: 1 },
      { done: 0, failed: 0, failedBefore: 1, skipped: 1, exitCode: 1 },
      { done: 0, failed: 1, failedBefore: 0, skipped: 1, exitCode: 1 },
      { done: 1, failed: 0, failedBefore: 0, skipped: 1, exitCode: 0 },
      { done: 0, failed: 0, failedBefore: 0, skipped: 2, exitCode: 0 },
    ])
    const opened = openStore(store)
    assert.deepEqual(
      Array.from(opened.attempts(), ({ key, error }) => [key, error.message]),
      [
        ['b', 'try 1 of b'],
        ['b', 'try 2 of b'],
      ],
    )
    assert.deepEqual(opened.get('b')?.value, 2)
    opened.close()
  })

  row("restart forgets what was, but not another program's file", async (t) => {
    const folder = openFolder(t)
    const store = join(folder, 'run.db')
    await run(double, [1, 2], { store, ...options })
    const report = await run(double, [2, 3], { store, ...options, restart: true })
    assert.deepEqual([report.done, Array.from(report.results, ({ key }) => key)], [2, ['2', '3']])
    const text = join(folder, 'notes.db')
    writeFileSync(text, 'my notes')
    await assert.rejects(run(double, [1], { store: text, ...options, restart: true }), StoreForeignError)
    assert.equal(readFileSync(text, 'utf8'), 'my notes')
    // Nothing is forgotten when the run cannot begin.
    await assert.rejects(run(sizeOf, files(join(folder, '*.wav')), { store, ...options, restart: true }), InputError)
    const opened = openStore(store)
    assert.equal(opened.status().done, 2)
    opened.close()
  })

  row('refuses the store of another task, and touches nothing', async (t) => {
    const store = join(openFolder(t), 'run.db')
    await run(double, [1, 2], { store, ...options })
    const bytes = readFileSync(store)
    await assert.rejects(run(lengthOf as unknown as typeof double, [1, 2], { store, ...options }), (error) => {
      assert.ok(error instanceof StoreTaskError)
      assert.match(error.stored, /tasks\.ts/)
      assert.notEqual(error.stored, error.task)
      return true
    })
    await assert.rejects(
      run((n: number) => n * 2, [1, 2], { store, ...options }),
      StoreTaskError,
    )
    assert.deepEqual(readFileSync(store), bytes)
  })

  row("notices that the task's code changed, and says what to do", async (t) => {
    const folder = openFolder(t)
    const store = join(folder, 'run.db')
    const module = join(folder, 'task.mjs')
    const write = (factor: number) => writeFileSync(module, `export const times = (n) => n * ${factor}\n`)
    const again = async (taskChanged: 'keep' | 'redo' | 'refuse', inputs: number[], kind: 'process' = 'process') => {
      const events: RunEvent[] = []
      const report = await run(`${module}#times`, inputs, {
        store,
        kind,
        workers: 1,
        taskChanged,
        onEvent: (event) => events.push(event),
      })
      const warnings = events.flatMap((event) => (event.type === 'warning' ? [event.code] : []))
      assert.deepEqual(
        report.warnings.map(({ code }) => code),
        warnings,
      )
      return {
        warnings,
        message: report.warnings[0]?.message,
        values: Array.from(report.results, ({ value }) => value),
      }
    }
    write(2)
    assert.deepEqual((await again('keep', [1, 2])).warnings, [])
    assert.deepEqual((await again('refuse', [1, 2])).warnings, [])
    write(3)
    const kept = await again('keep', [1, 2, 3])
    assert.deepEqual([kept.warnings, kept.values], [['TASK_CHANGED'], [2, 4, 9]])
    assert.match(String(kept.message), /taskChanged: 'redo'.*restart/)
    write(4)
    await assert.rejects(again('refuse', [1]), TaskChangedError)
    assert.deepEqual((await again('redo', [1, 2])).values, [4, 8, 9])
    // What another version made is told apart, also after it is back.
    write(3)
    assert.deepEqual((await again('redo', [1, 2, 3])).values, [3, 6, 9])
    assert.deepEqual((await again('redo', [1, 2, 3])).warnings, [])
    const moved = pathToFileURL(module)
    moved.hash = 'times'
    assert.equal((await run(moved, [1], { store, kind: 'process' })).skipped, 1)
  })

  row('what is pending can be asked for without a run', async (t) => {
    const folder = openFolder(t)
    for (const name of ['a.txt', 'b.txt', 'c.md']) writeFileSync(join(folder, name), name)
    const store = join(folder, 'run.db')
    const pending = async () => {
      const opened = openStore(store)
      const found = []
      for await (const { value } of opened.pending(files(folder, { ext: '.txt' }))) found.push(value)
      opened.close()
      return found
    }
    assert.deepEqual(await pending(), [join(folder, 'a.txt'), join(folder, 'b.txt')])
    await run(sizeOf, files(folder, { ext: '.txt' }), { store, ...options, limit: 1 })
    assert.equal((await pending()).length, 1)
    await run(sizeOf, files(folder, { ext: '.txt' }), { store, ...options })
    assert.deepEqual(await pending(), [])
    writeFileSync(join(folder, 'b.txt'), 'changed')
    assert.deepEqual(await pending(), [join(folder, 'b.txt')])
  })

  row('results of an interrupted run are the same as of one that was never interrupted', async (t) => {
    const folder = openFolder(t)
    const [whole, cut] = [join(folder, 'whole.db'), join(folder, 'cut.db')]
    const first = await run(failFor, range(500), { store: whole, ...options })
    for (let limit = 1; ; limit *= 3)
      if ((await run(failFor, range(500), { store: cut, ...options, limit })).left === 0) break
    const pick = (path: string) => {
      const opened = openStore(path)
      const outcomes = Array.from(opened.outcomes(), ({ key, status, value, error }) => [
        key,
        status,
        value,
        error?.message,
      ])
      opened.close()
      return outcomes
    }
    assert.deepEqual(pick(cut), pick(whole))
    assert.equal(pick(cut).length, first.done + first.failed)
  })
})
