// Time limits and cancelling: counted from the start of the call, and at the cost of nobody else's call.
import assert from 'node:assert/strict'
import { getEventListeners } from 'node:events'
import { TaskTimeoutError } from 'manyhands'
import { identity, square, whoAmI } from '../fixtures/tasks/basic.ts'
import { loopForEver, passGate, waitForEver, watchSignal } from '../fixtures/tasks/gate.ts'
import { openGate } from '../helpers/gate.ts'
import { eachKind, openPool, range, rejection, row, sharePool } from '../helpers/pools.ts'
import { slowSetup } from '../fixtures/tasks/slow-setup.ts'

/** Holds this thread, as an owner with work of its own does. */
function blockFor(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

eachKind((kind) => {
  const shared = sharePool({ kind })

  row('a timeout counts from the start of the call, not from its submission', async (t) => {
    const pool = openPool(t, { kind, workers: 1 })
    const gate = await openGate(t)
    const first = pool.apply(passGate, [gate.path, 'first'])
    const visitor = await gate.arrival('first')
    const second = pool.apply(identity, ['second'], { timeout: 200 })
    await new Promise((resolve) => setTimeout(resolve, 300))
    visitor.release()
    assert.deepEqual(await Promise.all([first, second]), ['first', 'second'])
    assert.equal(pool.workers().length, 1)
  })

  row('neither the start of the worker nor the import and setup of the task count', async (t) => {
    const pool = openPool(t, { kind, workers: 1, env: { ...process.env, SLOW_SETUP: '300' } })
    // The worker needs longer to start than this call may take.
    assert.equal(await pool.apply(square, [3], { timeout: 40 }), 9)
    assert.equal(await pool.apply(slowSetup, [4], { timeout: 100 }), 4)
    assert.equal(pool.workers().length, 1)
  })

  row('a call that ended in time is no timeout because this thread was busy', async () => {
    const result = shared().apply(identity, ['in time'], { timeout: 200 })
    blockFor(600)
    assert.equal(await result, 'in time')
    await shared().apply(identity, ['warm'], { timeout: 200 })
    const again = range(20).map((x) => shared().apply(identity, [x], { timeout: 200 }))
    await new Promise((resolve) => setImmediate(resolve))
    blockFor(600)
    assert.deepEqual(await Promise.all(again), range(20))
  })

  row('of many calls only the one past its limit fails', async (t) => {
    const pool = openPool(t, { kind })
    await pool.map(identity, range(1000))
    const task = (x: number): unknown => {
      while (x === 500);
      return x
    }
    // Learned to be short, so that many travel together.
    assert.deepEqual(await pool.map(task, range(100)), range(100))
    const outcomes = await Promise.allSettled(range(1000).map((x) => pool.apply(task, [x], { timeout: 300 })))
    outcomes.forEach((outcome, x) => {
      if (x === 500) assert.ok(outcome.status === 'rejected' && outcome.reason instanceof TaskTimeoutError)
      else assert.deepEqual(outcome, { status: 'fulfilled', value: x })
    })
    const error = await rejection(pool.map(task, range(1000), { timeout: 300 }))
    assert.ok(error instanceof TaskTimeoutError)
    assert.equal(error['input'], 500)
  })

  row('an aborted signal keeps a call from starting', async () => {
    const reason = new Error('not today')
    const signal = AbortSignal.abort(reason)
    for (const attempt of [
      () => shared().apply(square, [1], { signal }),
      () => shared().map(square, [1], { signal }),
      () => shared().submit(square, [1], { signal }),
      () => shared().imap(square, [1], { signal }).next(),
      () => shared().mapAsync(square, [1], { signal }).get(),
    ])
      assert.equal(await rejection(attempt()), reason)
  })

  row('a running call sees its signal; a task that heeds it costs no worker', async (t) => {
    const pool = openPool(t, { kind, workers: 1 })
    const gate = await openGate(t)
    const controller = new AbortController()
    const result = rejection(pool.apply(watchSignal, [gate.path, 'a'], { signal: controller.signal }))
    await gate.arrival('a')
    const before = await Promise.resolve(pool.workers().map(({ pid, name }) => [pid, name]))
    controller.abort(new Error('enough'))
    assert.equal((await result).message, 'enough')
    await gate.arrival('aborted a')
    await pool.apply(square, [1])
    assert.deepEqual(
      pool.workers().map(({ pid, name }) => [pid, name]),
      before,
    )
  })

  row('a call that does not heed its signal is ended with its worker', async (t) => {
    const pool = openPool(t, { kind, workers: 1 })
    const gate = await openGate(t)
    for (const task of [loopForEver, waitForEver]) {
      const controller = new AbortController()
      const result = rejection(pool.apply(task, [gate.path, task.name], { signal: controller.signal }))
      const { gone } = await gate.arrival(task.name)
      controller.abort()
      assert.equal((await result).name, 'AbortError')
      await gone
    }
    assert.equal(await pool.apply(square, [3]), 9)
    assert.equal(pool.workers().length, 3)
  })

  row('a call aborted while it waits for a worker never starts', async (t) => {
    const pool = openPool(t, { kind, workers: 1 })
    const gate = await openGate(t)
    const first = pool.apply(passGate, [gate.path, 'first'])
    const visitor = await gate.arrival('first')
    const controller = new AbortController()
    const { signal } = controller
    const doomed = range(100).map((x) => rejection(pool.apply(passGate, [gate.path, x], { signal })))
    const kept = range(100).map((x) => pool.apply(identity, [x]))
    controller.abort()
    for (const error of await Promise.all(doomed)) assert.equal(error.name, 'AbortError')
    visitor.release()
    assert.equal(await first, 'first')
    assert.deepEqual(await Promise.all(kept), range(100))
    assert.deepEqual(gate.order, ['first'])
    assert.equal(pool.workers().length, 1)
  })

  row('a call aborted in the hands of a worker, behind another, does not hold the worker', async (t) => {
    const pool = openPool(t, { kind, workers: 1 })
    const task = (x: number): unknown => {
      while (x < 0);
      return x
    }
    await pool.map(task, range(1000))
    for (let round = 0; round < 5; round++) {
      const controller = new AbortController()
      const calls = range(20).map((x) => pool.apply(task, [x]))
      const doomed = rejection(pool.apply(task, [-1], { signal: controller.signal }))
      const after = range(20).map((x) => pool.apply(task, [x]))
      setImmediate(() => controller.abort())
      assert.equal((await doomed).name, 'AbortError')
      assert.deepEqual(await Promise.all([...calls, ...after]), [...range(20), ...range(20)])
    }
  })

  row('aborting a map stops what runs and starts nothing more', async (t) => {
    const pool = openPool(t, { kind })
    const gate = await openGate(t)
    const controller = new AbortController()
    const { signal } = controller
    const inputs = range(1000).map((name) => [gate.path, name] as const)
    const result = rejection(pool.starmap(watchSignal, inputs, { signal, chunkSize: 1 }))
    await gate.arrivals([0, 1])
    controller.abort()
    assert.equal((await result).name, 'AbortError')
    await gate.arrivals(['aborted 0', 'aborted 1'])
    assert.deepEqual(await pool.map(square, range(10)), range(10).map(square))
    assert.equal(gate.order.length, 4)
  })

  row('breaking out of a stream frees a worker that loops', async (t) => {
    const pool = openPool(t, { kind, workers: 2 })
    const task = (x: number): unknown => {
      while (x === 1);
      return x
    }
    for await (const x of pool.imapUnordered(task, range(100))) {
      assert.notEqual(x, 1)
      break
    }
    const workers = new Set<string>()
    // Both workers answer again, so both are free.
    while (workers.size < 2) {
      for (const worker of await pool.map(whoAmI, range(10), { chunkSize: 1 })) workers.add(worker)
    }
  })

  row('a signal keeps no listener once its call is settled', async () => {
    const controller = new AbortController()
    const { signal } = controller
    await shared().apply(square, [1], { signal })
    await shared().map(square, range(100), { signal })
    await rejection(
      shared().apply(
        () => {
          throw new Error('x')
        },
        [],
        { signal },
      ),
    )
    for await (const value of shared().imap(square, range(10), { signal })) assert.ok(value >= 0)
    const stream = shared().imap(square, range(100), { signal })
    await stream.next()
    await stream.return()
    await rejection(
      shared().map(
        square,
        {
          [Symbol.iterator]: () => {
            throw new Error('x')
          },
        },
        { signal },
      ),
    )
    assert.deepEqual(getEventListeners(signal, 'abort'), [])
  })
})
