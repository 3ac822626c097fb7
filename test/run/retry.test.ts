// Trying again, time limits, poison items, and when failures end a run.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { InProcessExecutor, Pool } from 'manyhands'
import { type RunEvent, inputs, openStore, run } from 'manyhands/run'
import { backoffOf } from '../../src/run/schedule/retries.ts'
import { haltPolicy } from '../../src/run/schedule/halt.ts'
import { range, row } from '../helpers/pools.ts'
import { openFolder } from '../helpers/tmp.ts'
import { die, failFor, failTimes } from './fixtures/tasks.ts'

describe('trying again', () => {
  row('records every attempt with its error', async (t) => {
    const folder = openFolder(t)
    const store = join(folder, 'run.db')
    const events: RunEvent[] = []
    const jobs = inputs(
      [
        { folder, name: 'first', times: 0 },
        { folder, name: 'third', times: 2 },
        { folder, name: 'never', times: 9 },
      ],
      { key: ({ name }) => name },
    )
    const report = await run(failTimes, jobs, {
      store,
      kind: 'thread',
      retries: 2,
      backoff: 5,
      onEvent: (event) => events.push(event),
    })
    assert.deepEqual([report.done, report.failed, report.retried, report.exitCode], [2, 1, 4, 1])
    const opened = openStore(store)
    assert.deepEqual(
      Array.from(opened.outcomes(), ({ key, status, attempts }) => [key, status, attempts]),
      [
        ['first', 'done', 1],
        ['never', 'failed', 3],
        ['third', 'done', 3],
      ],
    )
    assert.deepEqual(
      Array.from(opened.attempts('third'), ({ attempt, error }) => [
        attempt,
        error.message,
        error.code,
        error['tried'],
      ]),
      [
        [1, 'try 1 of third', 'E_TRY', 0],
        [2, 'try 2 of third', 'E_TRY', 1],
      ],
    )
    assert.deepEqual(
      Array.from(opened.attempts('never'), ({ attempt }) => attempt),
      [1, 2, 3],
    )
    assert.deepEqual(Array.from(opened.attempts('first')), [])
    opened.close()
    const retries = events.filter((event) => event.type === 'retry')
    assert.deepEqual(
      retries.map((event) => [event.key, event.attempt]).sort((a, b) => (String(a) < String(b) ? -1 : 1)),
      [
        ['never', 1],
        ['never', 2],
        ['third', 1],
        ['third', 2],
      ],
    )
    assert.ok(retries.every((event) => event.delay >= 0 && event.delay <= 10))
  })

  row('an item that kills its worker is set aside after its attempts, and nothing else suffers', async (t) => {
    const store = join(openFolder(t), 'run.db')
    const source = inputs(['kill', ...range(200).map(String)])
    const report = await run(die, source, { store, kind: 'process', workers: 2, retries: 2, backoff: 1 })
    assert.deepEqual([report.done, report.failed, report.retried], [200, 1, 2])
    const [poison] = [...report.failures]
    assert.deepEqual(
      [poison?.key, poison?.attempts, poison?.error.name, poison?.error['signal']],
      ['kill', 3, 'WorkerDiedError', 'SIGKILL'],
    )
    // One more where it travelled with others, and each of them was then tried alone.
    assert.ok(report.workers.filter(({ signal }) => signal === 'SIGKILL').length >= 3)
    const opened = openStore(store)
    assert.deepEqual(
      Array.from(opened.attempts(), ({ key, error }) => [key, error.name]),
      range(3).map(() => ['kill', 'WorkerDiedError']),
    )
    opened.close()
  })

  row('a time limit is of each attempt', async (t) => {
    const store = join(openFolder(t), 'run.db')
    const executor = new Pool({ workers: 2 })
    await executor.map(die, ['warm', 'up'])
    const report = await run(die, ['loop', 'a'], { store, executor, timeout: 700, retries: 1, backoff: 0 })
    await executor.close()
    assert.deepEqual([report.done, report.failed, report.retried], [1, 1, 1])
    const [slow] = [...report.failures]
    assert.deepEqual(
      [slow?.key, slow?.error.name, slow?.error.code, slow?.error['timeout'], slow?.attempts],
      ['loop', 'TaskTimeoutError', 'ERR_TASK_TIMEOUT', 700, 2],
    )
  })

  test('waits longer each time, up to a bound, and never the same', () => {
    const exact = backoffOf({ initial: '1s', factor: 3, max: '20s', jitter: 0 })
    assert.deepEqual([1, 2, 3, 4, 5, 100].map(exact), [1000, 3000, 9000, 20_000, 20_000, 20_000])
    const usual = backoffOf(undefined)
    for (const [failed, whole] of [
      [1, 1000],
      [2, 2000],
      [7, 60_000],
      [50, 60_000],
    ] as const) {
      const waits = range(200).map(() => usual(failed))
      assert.ok(waits.every((wait) => wait >= whole / 2 && wait <= whole))
      assert.ok(new Set(waits).size > 100)
    }
    assert.ok(backoffOf('2m')(1) > 30_000)
    assert.equal(backoffOf(0)(5), 0)
  })

  row('the others go on while one waits', async () => {
    const order: string[] = []
    const executor = new InProcessExecutor()
    let tries = 0
    const report = await run(
      (name: string) => {
        order.push(name)
        if (name === 'again' && ++tries === 1) throw new Error('later')
        return name
      },
      ['again', 'b', 'c'],
      { executor: direct(executor), retries: 1, backoff: { initial: 50, jitter: 0 } },
    )
    await executor.close()
    assert.deepEqual([order, report.done], [['again', 'b', 'c', 'again'], 3])
  })
})

/** An executor that runs functions where they are, so that they see the test's variables. */
function direct(executor: InProcessExecutor): InProcessExecutor {
  Object.assign(executor, {
    submit: async (task: (...args: unknown[]) => unknown, args: unknown[]) => task(...args),
    room: () => 1,
  })
  return executor
}

describe('failures and the end of a run', () => {
  test('policies', () => {
    const table: [Parameters<typeof haltPolicy>[0], [number, number, string][]][] = [
      ['never', [[0, 1000, 'go on']]],
      [
        'now',
        [
          [5, 0, 'go on'],
          [0, 1, 'now'],
        ],
      ],
      [
        3,
        [
          [0, 2, 'go on'],
          [100, 3, 'soon'],
        ],
      ],
      [
        '50%',
        [
          [0, 2, 'go on'],
          [3, 3, 'soon'],
          [4, 3, 'go on'],
        ],
      ],
      [
        '0.5%',
        [
          [1000, 3, 'go on'],
          [597, 3, 'soon'],
        ],
      ],
    ]
    for (const [halt, cases] of table) {
      for (const [done, failed, verdict] of cases)
        assert.equal(haltPolicy(halt)(done, failed), verdict, `${halt} ${done} ${failed}`)
    }
    for (const wrong of [0, -1, 1.5, '0%', '101%', '5', 'soon', Number.NaN])
      assert.throws(() => haltPolicy(wrong as 'now'), /Expected `halt`/)
  })

  row("'now' drops what is in hand; the next run does it", async (t) => {
    const store = join(openFolder(t), 'run.db')
    const first = await run(failFor, range(1000), { store, kind: 'thread', workers: 2, halt: 'now' })
    assert.deepEqual([first.stoppedBy, first.exitCode, first.failed >= 1], ['halt', 1, true])
    assert.ok(first.done + first.failed < 1000)
    assert.equal(first.left, 1000 - first.done - first.failed)
    const second = await run(failFor, range(1000), { store, kind: 'thread', workers: 2 })
    assert.deepEqual([second.skipped, second.failedBefore, second.left], [first.done, first.failed, 0])
    assert.equal(second.done + second.failed + second.skipped + second.failedBefore, 1000)
  })

  row('a number of failures ends it once what is in hand is through', async (t) => {
    const store = join(openFolder(t), 'run.db')
    const report = await run(failFor, range(10_000), { store, kind: 'thread', workers: 2, halt: 5 })
    assert.deepEqual(
      [report.stoppedBy, report.exitCode, report.failed >= 5, report.failed < 1000],
      ['halt', 1, true, true],
    )
    const opened = openStore(store)
    assert.deepEqual(
      [opened.status().done, opened.status().failed, opened.status().ended],
      [report.done, report.failed, 'halt'],
    )
    opened.close()
  })
})
