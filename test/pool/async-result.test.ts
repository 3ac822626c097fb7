// AsyncResult: POOL-30 to POOL-32, POOL-39, AR-01 to AR-05.
import assert from 'node:assert/strict'
import { AsyncResult, InvalidOptionError, InvalidStateError, PoolTerminatedError, TimeoutError } from 'manyhands'
import { failForThree, identity, square, whoAmI } from '../fixtures/tasks/basic.ts'
import { failAtGate, passGate } from '../fixtures/tasks/gate.ts'
import { openGate } from '../helpers/gate.ts'
import { eachKind, openPool, range, rejection, row, settledSoon, sharePool } from '../helpers/pools.ts'

eachKind((kind) => {
  const shared = sharePool({ kind })

  row('POOL-30 get timeout', async (t) => {
    const gate = await openGate(t)
    const result = shared().applyAsync(passGate, [gate.path, 'a'])
    const visitor = await gate.arrival('a')
    const start = performance.now()
    const error = await rejection(result.get(50))
    assert.ok(performance.now() - start >= 49)
    assert.ok(error instanceof TimeoutError)
    assert.equal(error['timeout'], 50)
    assert.equal(result.ready(), false)
    visitor.release()
    assert.equal(await result.get('10s'), 'a')
    assert.equal(await result.get(0), 'a', 'what is there needs no time')
    assert.ok((await rejection(result.get('soon'))) instanceof InvalidOptionError)
  })

  row('POOL-31 ready/successful', async (t) => {
    const gate = await openGate(t)
    const good = shared().applyAsync(passGate, [gate.path, 'good'])
    const bad = shared().applyAsync(failAtGate, [gate.path, 'bad'])
    await gate.arrivals(['good', 'bad'])
    for (const result of [good, bad]) {
      assert.equal(result.ready(), false)
      assert.throws(() => result.successful(), { name: InvalidStateError.name, message: /not ready/ })
    }
    gate.open()
    await good.wait()
    await bad.wait()
    assert.deepEqual([good.ready(), good.successful(), bad.ready(), bad.successful()], [true, true, true, false])
  })

  row('POOL-32 wait(timeout)', async (t) => {
    const gate = await openGate(t)
    const result = shared().applyAsync(failAtGate, [gate.path, 'a'])
    const start = performance.now()
    assert.equal(await result.wait(20), undefined)
    assert.ok(performance.now() - start >= 19)
    assert.equal(result.ready(), false)
    gate.open()
    assert.equal(await result.wait(), undefined, 'wait() never throws')
    assert.equal(result.ready(), true)
    assert.equal(await result.wait(1), undefined)
  })

  // Ours: it throws. (CPython's get() hangs for ever.)
  row('POOL-39 get() after terminate', async (t) => {
    const pool = openPool(t, { kind })
    const gate = await openGate(t)
    const results: AsyncResult<unknown>[] = [
      pool.applyAsync(passGate, [gate.path, 'a']),
      pool.applyAsync(passGate, [gate.path, 'b']),
      pool.mapAsync(square, range(100)),
      pool.applyAsync(square, [1]),
    ]
    const stream = pool.imap(square, range(10))
    await gate.arrivals(['a', 'b'])
    const ended = pool.terminate()
    for (const result of results) assert.ok((await rejection(result.get())) instanceof PoolTerminatedError)
    assert.ok((await rejection(stream.next())) instanceof PoolTerminatedError)
    await ended
  })

  row('AR-01 double get', async () => {
    const value = shared().applyAsync(identity, [{ a: 1 }])
    assert.equal(await value.get(), await value.get())
    const failure = shared().applyAsync(failForThree, [3])
    assert.equal(await rejection(failure.get()), await rejection(failure.get('1s')))
  })

  row('AR-02 await', async () => {
    assert.equal(await shared().applyAsync(square, [3]), 9)
    assert.deepEqual(await shared().mapAsync(square, [1, 2]), [1, 4])
    assert.equal((await rejection(shared().applyAsync(failForThree, [3]))).message, 'no 3')
    const [first, second] = await Promise.all([shared().applyAsync(square, [2]), shared().applyAsync(square, [3])])
    assert.deepEqual([first, second], [4, 9])
    assert.equal(
      await shared()
        .applyAsync(square, [3])
        .then((value) => value + 1),
      10,
    )
  })

  row('AR-03 job counter', async (t) => {
    const other = openPool(t, { kind })
    const mine = range(200).map((x) => shared().applyAsync(identity, [`mine ${x}`]))
    const theirs = range(200).map((x) => other.applyAsync(identity, [`theirs ${x}`]))
    assert.deepEqual(
      await Promise.all(mine),
      range(200).map((x) => `mine ${x}`),
    )
    assert.deepEqual(
      await Promise.all(theirs),
      range(200).map((x) => `theirs ${x}`),
    )
    const workers = new Set(await shared().map(whoAmI, range(100)))
    for (const worker of await other.map(whoAmI, range(100))) assert.equal(workers.has(worker), false)
  })

  row('AR-04 callback order', async (t) => {
    const pool = openPool(t, { kind, workers: 3 })
    const gate = await openGate(t)
    const log: unknown[] = []
    let inside = false
    const results = [0, 1, 2].map((name) =>
      pool.applyAsync(passGate, [gate.path, name], {
        callback: (value) => {
          assert.equal(inside, false, 'one at a time')
          inside = true
          log.push(value)
          inside = false
        },
      }),
    )
    await gate.arrivals([0, 1, 2])
    for (const name of [1, 2, 0]) {
      gate.visitor(name)?.release()
      await results[name]
    }
    assert.deepEqual(log, [1, 2, 0], 'in the order of completion, before anyone who waits')
  })

  row('AR-05 repr', async () => {
    const result = shared().applyAsync(square, [3])
    assert.match(String(result), /^AsyncResult \d+ \(pending\)$/)
    const id = /\d+/.exec(String(result))?.[0]
    await result
    assert.equal(String(result), `AsyncResult ${id} (successful)`)
    const failed = shared().applyAsync(failForThree, [3])
    await failed.wait()
    assert.match(String(failed), /^AsyncResult \d+ \(failed\)$/)
    assert.notEqual(/\d+/.exec(String(failed))?.[0], id)
  })

  row('a failure that nobody asks for is no unhandled rejection', async () => {
    let unhandled = 0
    const count = (): void => void unhandled++
    process.on('unhandledRejection', count)
    const result = shared().applyAsync(failForThree, [3])
    await result.wait()
    await settledSoon(Promise.resolve())
    process.off('unhandledRejection', count)
    assert.equal(unhandled, 0)
    assert.equal(result.successful(), false)
  })
})
