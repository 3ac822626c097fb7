// run() from end to end, over threads and processes.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { InProcessExecutor, InvalidOptionError, ModuleNotFoundError, Pool } from 'manyhands'
import { DuplicateKeyError, NoInputError, type RunEvent, files, inputs, openStore, run } from 'manyhands/run'
import { eachKind, range, row } from '../helpers/pools.ts'
import { openFolder } from '../helpers/tmp.ts'
import { die, double, echo, failFor, lengthOf, mark, sizeOf, unstorable, withModel } from './fixtures/tasks.ts'

eachKind((kind) => {
  row('does every item once and keeps all outcomes', async (t) => {
    const store = join(openFolder(t), 'run.db')
    const report = await run(double, range(1000), { store, kind, workers: 2 })
    const { done, failed, skipped, retried, left, total, exitCode, stoppedBy, warnings } = report
    assert.deepEqual(
      { done, failed, skipped, retried, left, total, exitCode, stoppedBy, warnings },
      {
        done: 1000,
        failed: 0,
        skipped: 0,
        retried: 0,
        left: 0,
        total: 1000,
        exitCode: 0,
        stoppedBy: undefined,
        warnings: [],
      },
    )
    const results = [...report.results]
    assert.deepEqual(
      new Map(results.map(({ key, value }) => [key, value])),
      new Map(range(1000).map((n) => [String(n), n * 2])),
    )
    assert.deepEqual(
      results.map(({ key }) => key),
      results.map(({ key }) => key).sort(),
    )
    assert.ok(
      results.every(
        ({ worker, pid, startedAt, attempts }) =>
          /^P00\d$/.test(worker) && pid > 0 && startedAt > 1.7e12 && attempts === 1,
      ),
    )
    assert.equal(existsSync(`${store}-lock`) || existsSync(`${store}-journal`), false, 'one file is left')
    // S0-B14: every worker was waited for.
    assert.ok(
      report.workers.length > 0 && report.workers.every(({ state, exitCode: code }) => state === 'ended' && code === 0),
    )
  })

  row('records failures with their errors, and goes on', async (t) => {
    const store = join(openFolder(t), 'run.db')
    const report = await run(failFor, range(40), { store, kind, workers: 2 })
    assert.deepEqual([report.done, report.failed, report.exitCode], [36, 4, 1])
    const failures = [...report.failures]
    assert.deepEqual(
      failures.map(({ key }) => key),
      ['13', '23', '3', '33'],
    )
    const { error, attempts, value } = failures[0] ?? assert.fail()
    assert.deepEqual(
      [error.name, error.message, error.code, error.cause?.message, attempts, value],
      ['TypeError', 'no 13', 'E_THREE', 'since it ends in 3', 1, undefined],
    )
    assert.match(String(error.stack), /tasks\.ts/)
    assert.equal([...report.results].length, 36)
  })

  row('a task that is named by its module does the same', async (t) => {
    const store = join(openFolder(t), 'run.db')
    const name = new URL('fixtures/tasks.ts#double', import.meta.url)
    await run(double, [1, 2], { store, kind })
    const report = await run(name, [1, 2, 3], { store, kind })
    assert.deepEqual([report.skipped, report.done, report.warnings], [2, 1, []])
    assert.deepEqual(
      Array.from(report.results, ({ value }) => value),
      [2, 4, 6],
    )
  })

  row('prepares once per worker, and passes progress on', async () => {
    const progress: unknown[] = []
    const report = await run(withModel, range(5), {
      kind,
      workers: 1,
      onEvent: (event) => event.type === 'progress' && progress.push(event.value),
    })
    assert.deepEqual(Array.from(report.results, ({ value }) => value).sort(), [
      'model 1',
      'model 2',
      'model 3',
      'model 4',
      'model 5',
    ])
    assert.deepEqual(
      progress,
      range(5).map((half) => ({ half })),
    )
  })

  row('a worker that dies costs the item in its hands', async (t) => {
    const store = join(openFolder(t), 'run.db')
    const report = await run(die, ['a', 'exit', 'b', 'throw', 'c', ...(kind === 'process' ? ['kill'] : [])], {
      store,
      kind,
      workers: 2,
    })
    assert.deepEqual(
      Array.from(report.results, ({ key }) => key),
      ['a', 'b', 'c'],
    )
    const errors = new Map(Array.from(report.failures, ({ key, error }) => [key, error]))
    assert.equal(errors.get('throw')?.name, 'Error')
    assert.deepEqual([errors.get('exit')?.name, errors.get('exit')?.['exitCode']], ['WorkerDiedError', 7])
    assert.match(String(errors.get('exit')?.['worker']), /^P0\d\d$/)
    if (kind === 'process') {
      assert.deepEqual([errors.get('kill')?.['signal'], errors.get('kill')?.['exitCode']], ['SIGKILL', null])
      assert.ok(report.workers.some(({ signal }) => signal === 'SIGKILL'))
    }
    assert.equal(report.exitCode, 1)
  })

  row('a result that cannot be kept is a failure of its item', async (t) => {
    const report = await run(unstorable, [1, 2, 3], { store: join(openFolder(t), 'run.db'), kind })
    assert.deepEqual([report.done, report.failed], [2, 1])
    assert.deepEqual(
      Array.from(report.failures, ({ key, error }) => [key, error.name]),
      [['2', 'NotSerializableError']],
    )
  })
})

describe('run()', () => {
  row('saves to every format', async (t) => {
    const folder = openFolder(t)
    for (const name of ['a.sqlite', 'a.jsonl', 'a.ndjson', 'a.log', 'a.mhlog', 'a.json', 'a']) {
      const store = join(folder, name)
      await run(failFor, range(30), {
        store,
        kind: 'thread',
        workers: 1,
        writer: name === 'a.json' ? 'inline' : 'thread',
      })
      const again = await run(failFor, range(40), { store, kind: 'thread', workers: 1 })
      assert.deepEqual([again.skipped, again.failedBefore, again.done, again.failed], [27, 3, 9, 1], name)
      assert.deepEqual(
        Array.from(again.results, ({ value }) => value).sort((a, b) => a - b),
        range(40).filter((n) => n % 10 !== 3),
        name,
      )
    }
  })

  row('without a store keeps outcomes in memory', async () => {
    const report = await run(failFor, [5, 1, 3], { kind: 'thread' })
    assert.deepEqual(
      [Array.from(report.results, ({ key, value }) => [key, value]), report.store],
      [
        [
          ['1', 1],
          ['5', 5],
        ],
        undefined,
      ],
    )
    assert.deepEqual(
      Array.from(report.failures, ({ key, error }) => [key, error.message]),
      [['3', 'no 3']],
    )
  })

  row('values come back as they were', async (t) => {
    const values = {
      map: new Map([[1, { a: undefined }]]),
      date: new Date(5),
      bytes: new Uint8Array([1, 2]),
      big: 10n ** 20n,
      text: 'é\0\u{1f600}"\\',
      none: undefined,
    }
    const report = await run(echo, inputs(Object.entries(values), { key: ([name]) => name }), {
      store: join(openFolder(t), 'run.db'),
      kind: 'thread',
    })
    assert.deepEqual(Object.fromEntries(Array.from(report.results, ({ value }) => value as [string, unknown])), values)
  })

  // S0-B18
  row('nothing to do starts no worker', async (t) => {
    const store = join(openFolder(t), 'run.db')
    const empty = await run(double, [], { store })
    assert.deepEqual([empty.done, empty.total, empty.exitCode, empty.workers], [0, 0, 0, []])
    await run(double, [1, 2], { store, kind: 'thread' })
    const again = await run(double, [1, 2], { store })
    assert.deepEqual([again.skipped, again.exitCode, again.workers], [2, 0, []])
  })

  row('takes files from a folder tree', async (t) => {
    const folder = openFolder(t)
    mkdirSync(join(folder, 'in/a'), { recursive: true })
    for (const [name, text] of [
      ['in/one.txt', '1'],
      ['in/a/one.txt', '22'],
      ['in/a/two.md', '333'],
    ])
      writeFileSync(join(folder, String(name)), String(text))
    const store = join(folder, 'in/run.db')
    const report = await run(sizeOf, files(join(folder, 'in'), { ext: '.txt' }), { store, kind: 'thread' })
    assert.deepEqual(
      Array.from(report.results, ({ key, value }) => [key, value]),
      [
        ['a/one.txt', 2],
        ['one.txt', 1],
      ],
    )
    // The store lies among the inputs, and is none.
    const all = await run(sizeOf, files(join(folder, 'in')), { store, kind: 'thread' })
    assert.deepEqual([all.skipped, all.done, all.failed], [2, 1, 0])
  })

  row('two stores at once do not meet', async (t) => {
    const folder = openFolder(t)
    const reports = await Promise.all(
      ['a.db', 'b.db'].map((name) => run(lengthOf, [name, `${name}!`], { store: join(folder, name), kind: 'thread' })),
    )
    assert.deepEqual(
      reports.map(({ results }) => Array.from(results, ({ key }) => key)),
      [
        ['a.db', 'a.db!'],
        ['b.db', 'b.db!'],
      ],
    )
  })

  row('uses an executor that it is given, and leaves it open', async () => {
    const pool = new Pool({ workers: 1 })
    const inProcess = new InProcessExecutor({ workers: 3 })
    for (const executor of [pool, inProcess]) {
      const report = await run(double, range(50), { executor })
      assert.equal(report.done, 50)
      assert.equal(await executor.submit(double, [4]), 8)
      await executor.close()
    }
  })

  row('holds a bounded number of inputs', async (t) => {
    let [read, most] = [0, 0]
    const source = function* () {
      for (; read < 20_000; read++) yield read
    }
    const store = join(openFolder(t), 'run.db')
    const running = run(double, source(), {
      store,
      kind: 'thread',
      onEvent: ({ type }) => {
        if (type === 'done') most = Math.max(most, read - running.snapshot().done)
      },
    })
    const report = await running
    assert.equal(report.done, 20_000)
    assert.ok(most < 5000, `${most} inputs were read ahead`)
  })

  row('inputs that come slowly are done as they come', async () => {
    const order: string[] = []
    let arrived = Promise.withResolvers<void>()
    const source = async function* () {
      for (let n = 0; n < 3; n++) {
        yield n
        await arrived.promise
        arrived = Promise.withResolvers()
      }
    }
    const report = await run(double, source(), {
      kind: 'thread',
      onEvent: (event) => {
        if (event.type !== 'done') return
        order.push(event.key)
        arrived.resolve()
      },
    })
    assert.deepEqual([order, report.done], [['0', '1', '2'], 3])
  })

  row('tells what happens, in order', async (t) => {
    const events: RunEvent[] = []
    const store = join(openFolder(t), 'run.db')
    const running = run(failFor, [1, 2, 3], {
      store,
      kind: 'thread',
      workers: 1,
      onEvent: (event) => events.push(event),
    })
    const report = await running
    const of = (type: string) => events.filter((event) => event.type === type)
    assert.deepEqual(events[0], {
      type: 'start',
      total: 3,
      task: of('start').map((event) => 'task' in event && event.task)[0],
      store,
    })
    assert.deepEqual(
      of('done').map((event) => 'key' in event && event.key),
      ['1', '2'],
    )
    assert.deepEqual(
      of('saved')
        .map((event) => 'key' in event && event.key)
        .sort((a, b) => (String(a) < String(b) ? -1 : 1)),
      ['1', '2', '3'],
    )
    for (const key of ['1', '2', '3']) {
      const indexes = events.flatMap((event, index) => ('key' in event && event.key === key ? [index] : []))
      assert.deepEqual(
        indexes.map((index) => events[index]?.type),
        [key === '3' ? 'failed' : 'done', 'saved'],
      )
    }
    const { done, failed, saved, inHand, left, workers } = running.snapshot()
    assert.deepEqual([done, failed, saved, inHand, left, workers.length], [2, 1, 3, 0, 0, 1])
    assert.equal(report.slowest.length, 3)
    events.length = 0
    await run(failFor, [1, 3], { store, kind: 'thread', onEvent: (event) => events.push(event) })
    assert.deepEqual(of('skipped'), [
      { type: 'skipped', key: '1', reason: 'done' },
      { type: 'skipped', key: '3', reason: 'failed' },
    ])
  })

  row('a listener that throws ends the run with its error, and what is done is saved', async (t) => {
    const store = join(openFolder(t), 'run.db')
    await assert.rejects(
      run(double, range(100), {
        store,
        kind: 'thread',
        onEvent: ({ type }) => {
          if (type === 'done') throw new RangeError('listener')
        },
      }),
      /listener/,
    )
    const opened = openStore(store)
    assert.ok(opened.status().done >= 1)
    assert.deepEqual([opened.status().ended, opened.status().running], ['failed', undefined])
    opened.close()
  })

  row('inputs that fail end the run, and what is done is saved', async (t) => {
    const store = join(openFolder(t), 'run.db')
    const source = async function* () {
      yield* range(10)
      throw new Error('the database hung up')
    }
    await assert.rejects(run(double, source(), { store, kind: 'thread' }), /the database hung up/)
    await assert.rejects(
      run(double, [1, 2, 1], { kind: 'thread' }),
      (error) => error instanceof DuplicateKeyError && error.first === 1 && error.second === 3 && error.key === '1',
    )
  })

  row('wrong options and missing things are said before anything is made', async (t) => {
    const folder = openFolder(t)
    const store = join(folder, 'run.db')
    assert.throws(() => run(double, 5 as unknown as number[]), /Expected `inputs`/)
    for (const [option, value] of Object.entries({
      retries: -1,
      saveEvery: 0,
      saveInterval: 'soon',
      halt: 'maybe',
      partition: 'x',
      kind: 'fork',
      limit: 0,
      backoff: { factor: 0 },
      writer: 'no',
      taskChanged: 'x',
    })) {
      assert.throws(
        () => run(double, [1], { store, [option]: value }),
        (error) => error instanceof InvalidOptionError && error.option.startsWith(option),
        option,
      )
    }
    assert.throws(() => run('./nowhere.ts#x', [1], { store }), ModuleNotFoundError)
    await assert.rejects(run(sizeOf, files(join(folder, '*.wav')), { store }), NoInputError)
    assert.equal(existsSync(store), false)
    assert.equal(existsSync(`${store}-lock`), false)
  })

  row('a task that no worker can load ends the run, and no item is to blame', async (t) => {
    const folder = openFolder(t)
    const store = join(folder, 'run.db')
    writeFileSync(join(folder, 'bad.ts'), 'throw new Error("on import")\nexport const x = 1\n')
    await assert.rejects(run(`${join(folder, 'bad.ts')}#x`, [1, 2], { store, kind: 'thread' }), /on import/)
    const opened = openStore(store)
    assert.deepEqual([opened.status().done, opened.status().failed], [0, 0])
    opened.close()
  })

  row("'stride' gives each lane every n-th item, in order", async (t) => {
    const folder = openFolder(t)
    const jobs = range(23).map((n) => ({ folder, name: String(n).padStart(2, '0') }))
    const executor = new InProcessExecutor({ workers: 3 })
    const report = await run(mark, inputs(jobs, { key: ({ name }) => name }), { executor, partition: 'stride' })
    await executor.close()
    const log = readFileSync(join(folder, 'log'), 'utf8').trim().split('\n').map(Number)
    assert.equal(report.done, 23)
    for (const lane of [0, 1, 2]) {
      const part = log.filter((n) => n % 3 === lane)
      assert.deepEqual(
        part,
        part.toSorted((a, b) => a - b),
      )
    }
  })

  test('leaves nothing behind that keeps the program alive', async (t) => {
    const { execFileSync } = await import('node:child_process')
    const script = `
      import { run } from 'manyhands/run'
      const report = await run((n) => n + 1, [1, 2, 3], { store: ${JSON.stringify(join(openFolder(t), 'run.db'))}, kind: 'process' })
      console.log(report.done)
    `
    assert.equal(
      execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', timeout: 20_000 }),
      '3\n',
    )
  })
})
