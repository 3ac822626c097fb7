// Every fault of a task, over threads and processes: none hangs, none resolves, the error says what, where and why, and
// afterwards the pool answers as if nothing had been.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type Pool, TaskTimeoutError, WorkerDiedError } from 'manyhands'
import { identity, square } from '../fixtures/tasks/basic.ts'
import { returnFunction, throwRich } from '../fixtures/faults/errors.ts'
import * as deaths from '../fixtures/faults/deaths.ts'
import { type Kind, eachKind, openPool, range, rejection, row } from '../helpers/pools.ts'

interface Fault {
  readonly name: string
  readonly cause: (pool: Pool) => Promise<unknown>
  /** What the error must say; with `reason`, it is a WorkerDiedError. */
  readonly expect: Record<string, unknown>
  readonly message?: RegExp
  readonly only?: Kind
}

const died = { code: 'ERR_WORKER_DIED', worker: 'P000' }
const faults: readonly Fault[] = [
  {
    name: 'a custom error',
    cause: (pool) => pool.apply(throwRich, ['oh']),
    expect: { name: 'ShopError', code: 'ERR_SHOP' },
  },
  {
    name: 'an argument that cannot travel',
    cause: (pool) => pool.apply(identity, [{ f() {} }]),
    expect: { code: 'ERR_NOT_SERIALIZABLE' },
  },
  {
    name: 'a result that cannot travel',
    cause: (pool) => pool.apply(returnFunction),
    expect: { code: 'ERR_NOT_SERIALIZABLE', path: 'the result.rows[1].callback' },
  },
  {
    name: 'a throw in a timer',
    cause: (pool) => pool.apply(deaths.throwInTimer, ['late']),
    expect: { ...died, reason: 'uncaught', task: 'throwInTimer', input: 'late', exitCode: 1 },
    message: /RangeError: late/,
  },
  {
    name: 'an unhandled rejection',
    cause: (pool) => pool.apply(deaths.rejectUnhandled, ['dangling']),
    expect: { ...died, reason: 'uncaught', task: 'rejectUnhandled', input: 'dangling', exitCode: 1 },
    message: /RangeError: dangling/,
  },
  ...[1, 0, 77].map((code): Fault => ({
    name: `process.exit(${code})`,
    cause: (pool) => pool.apply(deaths.exitWith, [code]),
    expect: { ...died, reason: 'exit', task: 'exitWith', input: code, exitCode: code, signal: null },
    message: new RegExp(`P000 exited with code ${code} while it ran exitWith\\(${code}\\)`),
  })),
  {
    name: 'process.exit() in a turn of its own',
    cause: (pool) => pool.apply(deaths.exitLater, [5]),
    expect: { ...died, reason: 'exit', task: 'exitLater', exitCode: 5 },
  },
  {
    name: 'the heap is full',
    only: 'process',
    cause: (pool) => pool.apply(deaths.fillHeap),
    expect: { ...died, reason: 'out-of-memory', task: 'fillHeap' },
    message: /ran out of memory.*memoryLimit/,
  },
  {
    name: 'the heap is full',
    only: 'thread',
    cause: (pool) => pool.apply(deaths.fillHeap),
    expect: { ...died, reason: 'memory-limit', task: 'fillHeap' },
    message: /grew beyond its memory limit \(\d+ MB of heap\)/,
  },
  {
    name: 'a loop past its timeout',
    cause: (pool) => pool.apply(deaths.loop, ['round'], { timeout: 100 }),
    expect: { code: 'ERR_TASK_TIMEOUT', task: 'loop', input: 'round', worker: 'P000', timeout: 100 },
  },
  {
    name: 'a promise that never settles, past its timeout',
    cause: (pool) => pool.apply(deaths.wait, [1], { timeout: '0.1s' }),
    expect: { code: 'ERR_TASK_TIMEOUT', task: 'wait', input: 1, worker: 'P000', timeout: 100 },
  },
  {
    name: 'a loop that is aborted',
    cause: (pool) => pool.apply(deaths.loop, [], { signal: AbortSignal.timeout(100) }),
    expect: { name: 'TimeoutError', code: 23 },
  },
  {
    name: 'a promise that never settles, aborted',
    cause: (pool) => pool.apply(deaths.wait, [], { signal: AbortSignal.timeout(100) }),
    expect: { name: 'TimeoutError', code: 23 },
  },
  ...(['SIGKILL', 'SIGTERM', 'SIGSEGV'] as const).map((signal): Fault => ({
    name: signal,
    only: 'process',
    cause: (pool) => pool.apply(deaths.signalSelf, [signal]),
    expect: { ...died, reason: 'signal', signal, exitCode: null, task: 'signalSelf', input: signal },
    message: new RegExp(`ended by ${signal}`),
  })),
  {
    name: 'abort()',
    only: 'process',
    cause: (pool) => pool.apply(deaths.abort),
    expect: { ...died, reason: 'signal', signal: 'SIGABRT', task: 'abort' },
  },
]

eachKind((kind) => {
  for (const { name, cause, expect, message, only } of faults) {
    if (only !== undefined && only !== kind) continue
    row(name, async (t) => {
      // A crash prints where it happened; that is not what is tested here.
      const pool = openPool(t, { kind, memoryLimit: '64MB', output: 'ignore' })
      async function callHere(): Promise<unknown> {
        return cause(pool)
      }
      const error = await rejection(callHere())
      for (const [key, value] of Object.entries(expect)) assert.deepEqual(error[key], value, `${key} of ${error.stack}`)
      if (message) assert.match(error.message, message)
      if (expect['reason'] === 'uncaught') {
        assert.ok(error.cause instanceof RangeError)
        assert.match(error.cause.stack ?? '', /faults\/deaths\.ts/)
      }
      if (expect['worker'] !== undefined) assert.match(error.stack ?? '', /callHere/, 'the stack leads to the call')
      assert.deepEqual(await Promise.all(range(6).map((x) => pool.apply(square, [x]))), range(6).map(square))
    })
  }

  row('three process.exit(1) in a row do not lose the pool', async (t) => {
    const pool = openPool(t, { kind, output: 'ignore' })
    for (let round = 0; round < 3; round++) {
      const error = await rejection(pool.apply(deaths.exitWith, [1]))
      assert.ok(error instanceof WorkerDiedError)
      assert.equal(error.exitCode, 1)
    }
    assert.deepEqual(await pool.map(square, range(100)), range(100).map(square))
    const ended = pool.workers().filter(({ state }) => state === 'ended')
    const seen = ended.map(({ exitCode, error }) => [exitCode, error instanceof WorkerDiedError])
    assert.deepEqual(
      seen,
      range(3).map(() => [1, true]),
    )
  })

  // CONFORMANCE LIFE-04 wants it reported and the pool to live on.
  row('LIFE-04 an error after the answer warns, and costs no call', async (t) => {
    const pool = openPool(t, { kind, output: 'ignore' })
    const warned = once(process, 'warning')
    assert.equal(await pool.apply(deaths.throwAfterwards, ['too late']), 'answered')
    const [warning] = (await warned) as [Error]
    assert.ok(warning instanceof WorkerDiedError)
    assert.match(warning.message, /RangeError: too late/)
    assert.equal(await pool.apply(square, [3]), 9)
  })

  row('a timeout is a TaskTimeoutError also where the task catches everything', async (t) => {
    const pool = openPool(t, { kind, output: 'ignore' })
    const error = await rejection(
      pool.apply(
        () => {
          for (;;) {
            try {
              JSON.parse('{')
            } catch {}
          }
        },
        [],
        { timeout: 50 },
      ),
    )
    assert.ok(error instanceof TaskTimeoutError)
  })
})
