// shutdown and the end of the program: EXE-18 to EXE-25.
import assert from 'node:assert/strict'
import { CancelledError, PoolClosedError, PoolTerminatedError, type WorkerInfo, wait } from 'manyhands'
import { identity, later } from '../fixtures/tasks/basic.ts'
import { passGate, waitForEver } from '../fixtures/tasks/gate.ts'
import { eachRunner, makeExecutor, openExecutor, openRunner } from '../helpers/executors.ts'
import { collectGarbage, collected } from '../helpers/garbage.ts'
import { openGate } from '../helpers/gate.ts'
import { collect, eachKind, range, rejection, row, settledSoon } from '../helpers/pools.ts'
import { runScript } from '../helpers/script.ts'

const alive = ({ state }: WorkerInfo): boolean => state !== 'ended'

eachRunner((kind) => {
  row('EXE-18 shutdown waits', async (t) => {
    const executor = openRunner(t, kind)
    const futures = range(50).map((x) => executor.submit(later, x))
    await executor.shutdown()
    assert.ok(futures.every((future) => future.done()))
    assert.deepEqual(await Promise.all(futures), range(50))
    assert.deepEqual(executor.workers().filter(alive), [])
    await executor.shutdown()
  })

  row('EXE-18 shutdown waits for inputs that are still to come', async (t) => {
    const executor = openRunner(t, kind)
    const inputs = (async function* () {
      for (const x of range(5)) {
        await new Promise((resolve) => setTimeout(resolve, 10))
        yield x
      }
    })()
    const results = executor.map(identity, inputs)
    await executor.shutdown()
    assert.deepEqual(executor.workers().filter(alive), [])
    assert.deepEqual(await collect(results), range(5))
  })

  row('EXE-19 shutdown does not wait when told so', async (t) => {
    const gate = await openGate(t)
    const executor = openRunner(t, kind)
    const futures = range(4).map((name) => executor.submit(passGate, gate.path, name))
    await gate.arrivals([0, 1])
    await executor.shutdown({ wait: false })
    assert.ok(futures.every((future) => !future.done()))
    const ended = executor.shutdown()
    assert.equal(await settledSoon(ended), 'pending')
    gate.open()
    await ended
    assert.deepEqual(await Promise.all(futures), range(4))
  })

  row('EXE-20 shutdown cancels futures', async (t) => {
    const gate = await openGate(t)
    const executor = openRunner(t, kind, { maxWorkers: 5 })
    const futures = range(50).map((name) => executor.submit(passGate, gate.path, name))
    const mapped = executor.map(
      passGate,
      Array.from({ length: 50 }, () => gate.path),
      range(50, 100),
    )
    await gate.arrivals(range(5))
    const ended = executor.shutdown({ cancelFutures: true })
    gate.open()
    await ended
    const cancelled = futures.filter((future) => future.cancelled())
    assert.ok(cancelled.length > 20, `${cancelled.length} were cancelled`)
    const { done, notDone } = await wait(futures)
    assert.deepEqual([done.size, notDone.size], [50, 0])
    for (const [name, future] of futures.entries()) if (!future.cancelled()) assert.equal(await future, name)
    assert.ok((await rejection(collect(mapped))) instanceof CancelledError)
    assert.equal(gate.order.length, 50 - cancelled.length)
  })

  row('EXE-20 a map that is cancelled gives what was begun', async (t) => {
    const gate = await openGate(t)
    const executor = openRunner(t, kind, { maxWorkers: 1 })
    const mapped = executor.map(
      passGate,
      Array.from({ length: 9 }, () => gate.path),
      range(9),
      { chunkSize: 1 },
    )
    await gate.arrival(0)
    const ended = executor.shutdown({ cancelFutures: true })
    gate.open()
    await ended
    assert.equal((await mapped.next()).value, 0)
    assert.ok((await rejection(mapped.next())) instanceof CancelledError)
    assert.deepEqual(await mapped.next(), { value: undefined, done: true })
  })

  row('EXE-21 after shutdown', async (t) => {
    const executor = openRunner(t, kind)
    const limited = executor.with({ timeout: '1s' })
    void executor.shutdown()
    assert.throws(() => executor.submit(identity, 1), PoolClosedError)
    assert.throws(() => executor.map(identity, [1]), PoolClosedError)
    assert.throws(() => limited.submit(identity, 1), PoolClosedError)
    await executor.shutdown()
    assert.throws(() => executor.submit(identity, 1), PoolClosedError)
  })

  row('EXE-23 the end of a block waits', async (t) => {
    const executor = openRunner(t, kind)
    const futures = range(10).map((x) => executor.submit(later, x))
    // What `await using` calls, also when the block is left by an error.
    await executor[Symbol.asyncDispose]()
    assert.deepEqual(executor.workers().filter(alive), [])
    assert.deepEqual(await Promise.all(futures), range(10))
    assert.throws(() => executor.submit(identity, 1), PoolClosedError)
  })

  row('EXE-25 cancel, then shutdown', async (t) => {
    const gate = await openGate(t)
    const executor = openRunner(t, kind, { maxWorkers: 1 })
    const running = executor.submit(passGate, gate.path, 'running')
    await gate.arrival('running')
    assert.ok(executor.submit(identity, 1).cancel())
    const many = range(5000).map((x) => executor.submit(identity, x))
    assert.ok(many.every((future) => future.cancel()))
    gate.open()
    await executor.shutdown()
    assert.equal(await running, 'running')
    assert.ok(many.every(({ state }) => state === 'cancelled-and-notified'))
    const other = openRunner(t, kind)
    other.submit(identity, 1).cancel()
    await other.shutdown()
  })

  row('terminate ends everything at once', async (t) => {
    const gate = await openGate(t)
    const executor = openRunner(t, kind, { maxWorkers: 1 })
    const running = executor.submit(waitForEver, gate.path, 'a')
    await gate.arrival('a')
    const pending = executor.submit(identity, 1)
    const endless = executor.map(
      identity,
      (function* () {
        for (;;) yield 1
      })(),
    )
    await executor.terminate()
    for (const future of [running, pending]) assert.ok((await future.exception()) instanceof PoolTerminatedError)
    assert.ok((await rejection(collect(endless))) instanceof PoolTerminatedError)
    await executor.shutdown()
    assert.throws(() => executor.submit(identity, 1), PoolClosedError)
  })
})

eachKind((kind) => {
  row('EXE-19 a program ends after the calls of an executor that it did not wait for', async (t) => {
    const { code, stdout, stderr } = await runScript(t, 'executor-exit.ts', [kind, 'shutdown-no-wait'])
    assert.equal(stderr, '')
    const lines = stdout.trim().split('\n')
    assert.deepEqual(lines.slice(0, 2), ['0 done at once', 'main ends'])
    assert.deepEqual(lines.slice(2).toSorted(), ['apple', 'fig', 'pear', 'plum'])
    assert.equal(code, 0)
  })

  row('EXE-22 exit of the program', async (t) => {
    const submitted = await runScript(t, 'executor-exit.ts', [kind, 'submit'])
    assert.deepEqual(submitted, { code: 0, signal: null, stdout: 'main ends\napple\n', stderr: '' })
    const idle = await runScript(t, 'executor-exit.ts', [kind, 'idle'])
    assert.deepEqual(idle, { code: 0, signal: null, stdout: 'idle\nmain ends\n', stderr: '' })
  })

  row('EXE-24 dropped executor', async (t) => {
    let executor: ReturnType<typeof makeExecutor> | undefined = makeExecutor(kind)
    const { backend } = executor
    t.after(() => backend.terminate())
    const reference = new WeakRef(executor)
    const results = executor.map(identity, range(20))
    const future = executor.submit(identity, 'there')
    executor = undefined
    assert.deepEqual(await collect(results), range(20))
    assert.equal(await future, 'there')
    // The turn must end in which local variables still hold what was used last.
    await new Promise((resolve) => setImmediate(resolve))
    await collected(reference)
    while (backend.workers().some(alive)) {
      collectGarbage()
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    assert.ok(backend.workers().every(({ exitCode }) => exitCode === 0))
  })

  row('EXE-24 dropped executor, results taken later', async (t) => {
    const make = (): AsyncIterable<unknown> => openExecutor(t, kind).map(later, range(30))
    const results = make()
    for (const _ of range(5)) {
      collectGarbage()
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    assert.deepEqual(await collect(results), range(30))
  })
})
