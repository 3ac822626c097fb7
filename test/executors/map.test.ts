// map: EXE-02 to EXE-06, EXE-08, EXE-09.
import assert from 'node:assert/strict'
import { CancelledError, InvalidOptionError, PoolClosedError, TaskTimeoutError, TimeoutError } from 'manyhands'
import { failForThree, identity, later, multiply, square } from '../fixtures/tasks/basic.ts'
import { divmod, power } from '../fixtures/tasks/executors.ts'
import { passGate, waitForEver } from '../fixtures/tasks/gate.ts'
import { eachRunner, openRunner, shareExecutor } from '../helpers/executors.ts'
import { openGate } from '../helpers/gate.ts'
import { collect, range, rejection, row } from '../helpers/pools.ts'

/** Numbers over time. */
async function* overTime(count: number): AsyncGenerator<number> {
  for (const x of range(count)) {
    await new Promise((resolve) => setImmediate(resolve))
    yield x
  }
}

/** Numbers without end; `taken()` are those asked for. */
function countingFrom(start = 0): { numbers: Generator<number>; taken: () => number; closed: () => boolean } {
  let taken = 0
  let closed = false
  const numbers = (function* () {
    try {
      for (let x = start; ; x++) {
        taken++
        yield x
      }
    } finally {
      closed = true
    }
  })()
  return { numbers, taken: () => taken, closed: () => closed }
}

eachRunner((kind) => {
  const shared = shareExecutor(kind)

  row('EXE-02 map', async () => {
    const executor = shared()
    assert.deepEqual(await collect(executor.map(square, range(10))), range(10).map(square))
    const powers = executor.map(power, range(10), range(10), { chunkSize: 3 })
    assert.deepEqual(
      await collect(powers),
      range(10).map((x) => x ** x),
    )
    assert.deepEqual(await collect(executor.map(identity, [])), [])
    // The shortest iterable ends it, whatever kinds of iterables they are.
    assert.deepEqual(await collect(executor.map(multiply, [1, 2, 3], new Set([10, 20]))), [10, 40])
    assert.deepEqual(await collect(executor.map(multiply, overTime(4), [1, 2, 3])), [0, 2, 6])
    const { numbers, closed } = countingFrom()
    assert.deepEqual(await collect(executor.map(multiply, numbers, [1, 2, 3], undefined)), [0, 2, 6])
    assert.equal(closed(), true)
    assert.deepEqual(await collect(executor.map(later, overTime(50))), range(50))
  })

  row('EXE-02 what cannot be mapped is refused', () => {
    const executor = shared()
    const nothing: never[] = []
    assert.throws(() => executor.map(identity, 5 as unknown as number[]), InvalidOptionError)
    assert.throws(() => executor.map(multiply, [1], 5 as unknown as number[]), InvalidOptionError)
    assert.throws(() => executor.map(multiply, ...(nothing as unknown as [number[], number[]])), InvalidOptionError)
    assert.throws(() => executor.map(identity, [1], { bufferSize: 0 }), InvalidOptionError)
    assert.throws(() => executor.map(identity, [1], { timeout: -1 }), InvalidOptionError)
  })

  row('EXE-03 map error', async (t) => {
    const executor = openRunner(t, kind, { maxWorkers: 1 })
    const { numbers, taken, closed } = countingFrom()
    const results = executor.map(divmod, [5, 6, 7, 8, 9], [2, 3, 0, 1, 1], { chunkSize: 1 })
    assert.deepEqual(await results.next(), { value: [2, 1], done: false })
    assert.deepEqual(await results.next(), { value: [2, 0], done: false })
    const error = await rejection(results.next())
    assert.ok(error instanceof RangeError)
    assert.equal(error.message, 'division by zero')
    assert.deepEqual(await results.next(), { value: undefined, done: true })

    // The rest is cancelled: an endless map ends.
    const failing = executor.map(failForThree, numbers)
    assert.ok((await rejection(collect(failing))) instanceof RangeError)
    assert.equal(closed(), true)
    const before = taken()
    assert.equal(await executor.submit(identity, 1), 1)
    assert.equal(taken(), before)
  })

  row('EXE-03 the error of the inputs comes after the results of those before it', async () => {
    const inputs = (function* () {
      yield* [1, 2]
      throw new RangeError('no more')
    })()
    const results = shared().map(square, inputs)
    assert.deepEqual([(await results.next()).value, (await results.next()).value], [1, 4])
    assert.equal((await rejection(results.next())).message, 'no more')
  })

  row('EXE-03 left early', async (t) => {
    const executor = openRunner(t, kind)
    const { numbers, closed } = countingFrom()
    for await (const value of executor.map(later, numbers)) if (value === 3) break
    assert.equal(closed(), true)
    assert.equal(await executor.submit(identity, 1), 1)
  })

  row('EXE-04 map timeout', async (t) => {
    const gate = await openGate(t)
    gate.open((name) => name < '2')
    const executor = openRunner(t, kind, { maxWorkers: 1 })
    const from = performance.now()
    const paths = Array.from({ length: 5 }, () => gate.path)
    const results = executor.map(passGate, paths, range(5).map(String), { timeout: '2s', chunkSize: 1 })
    assert.equal((await results.next()).value, '0')
    assert.equal((await results.next()).value, '1')
    const error = await rejection(results.next())
    assert.ok(performance.now() - from >= 1999)
    assert.ok(error instanceof TimeoutError && error.timeout === 2000)
    assert.deepEqual(await results.next(), { value: undefined, done: true })
    // Those that waited are cancelled: this call is the next one.
    gate.open()
    assert.equal(await executor.submit(passGate, gate.path, 'after'), 'after')
    assert.deepEqual(gate.order, ['0', '1', '2', 'after'])
  })

  row('EXE-04 results that are there in time are given', async () => {
    assert.deepEqual(await collect(shared().map(square, range(100), { timeout: '10s' })), range(100).map(square))
  })

  row('EXE-05 map submits at once', async (t) => {
    const gate = await openGate(t)
    gate.open()
    const executor = openRunner(t, kind)
    const results = executor.map(
      passGate,
      Array.from({ length: 20 }, () => gate.path),
      range(20).map(String),
    )
    await executor.shutdown()
    assert.equal(gate.order.length, 20)
    assert.deepEqual(await collect(results), range(20).map(String))
  })

  row('EXE-06 map with a buffer', async (t) => {
    const executor = openRunner(t, kind)
    const { numbers, taken } = countingFrom()
    const results = executor.map(identity, numbers, { bufferSize: 2 })
    for (const x of range(10)) {
      // All that is let in has been done when a later call has.
      assert.equal(await executor.submit(identity, 'x'), 'x')
      assert.ok(taken() <= x + 2, `${taken()} inputs were taken when ${x} results were`)
      assert.equal((await results.next()).value, x)
    }
    await results.return()
    const over = executor.map(later, overTime(20), { bufferSize: 3 })
    assert.deepEqual(await collect(over), range(20))
  })

  row('EXE-06 shutdown ends a map with a buffer after what was submitted', async (t) => {
    const executor = openRunner(t, kind)
    const results = executor.map(identity, countingFrom().numbers, { bufferSize: 2 })
    assert.equal((await results.next()).value, 0)
    await executor.shutdown()
    const rest: unknown[] = []
    assert.ok(
      (await rejection(
        (async () => {
          for await (const value of results) rest.push(value)
        })(),
      )) instanceof PoolClosedError,
    )
    assert.deepEqual(rest, range(1, 1 + rest.length))
    assert.ok(rest.length <= 2)
  })

  row('EXE-08 bad chunk size', () => {
    for (const chunkSize of [-1, 0, 1.5]) {
      if (kind !== 'inline') assert.throws(() => shared().map(identity, [1], { chunkSize }), InvalidOptionError)
    }
  })

  row('EXE-09 any chunk size', async () => {
    for (const chunkSize of [1, 6, 40, 50]) {
      const doubled = shared().map(
        multiply,
        range(40),
        Array.from({ length: 40 }, () => 2),
        { chunkSize },
      )
      assert.deepEqual(
        await collect(doubled),
        range(40).map((x) => x * 2),
      )
    }
  })

  row('EXE-31 the time limit of each call of a map', async (t) => {
    const gate = await openGate(t)
    const executor = openRunner(t, kind)
    const results = executor.with({ timeout: 300 }).map(waitForEver, [gate.path], ['a'])
    assert.ok((await rejection(results.next())) instanceof TaskTimeoutError)
  })

  row('EXE-32 the signal of a map', async (t) => {
    const gate = await openGate(t)
    const executor = openRunner(t, kind)
    const controller = new AbortController()
    const { numbers, closed } = countingFrom()
    const paths = (function* () {
      for (;;) yield gate.path
    })()
    const results = executor.with({ signal: controller.signal }).map(passGate, paths, numbers)
    await gate.arrival(0)
    const reason = new Error('enough')
    controller.abort(reason)
    const error = await rejection(results.next())
    assert.ok(error instanceof CancelledError)
    assert.equal(error.cause, reason)
    assert.equal(closed(), true)
    assert.equal(await executor.submit(identity, 1), 1)
    const late = executor.with({ signal: controller.signal }).map(identity, [1])
    assert.ok((await rejection(late.next())) instanceof CancelledError)
  })
})
