// What only threads have: TPOOL-01 to TPOOL-05.
import assert from 'node:assert/strict'
import { NotSerializableError, PoolTerminatedError, move } from 'manyhands'
import { byteSum, increment, sizes, waitForWord } from '../fixtures/tasks/memory.ts'
import { identity, square } from '../fixtures/tasks/basic.ts'
import { loopForEver } from '../fixtures/tasks/gate.ts'
import { initialize, initialized } from '../fixtures/tasks/setup.ts'
import { openGate } from '../helpers/gate.ts'
import { openPool, range, rejection, row } from '../helpers/pools.ts'

row('TPOOL-01 same suite', async (t) => {
  // Every POOL row of this folder runs for both kinds (helpers/pools.ts, eachKind); this is that threads are threads.
  const pool = openPool(t, { kind: 'thread' })
  assert.deepEqual(await pool.map(square, range(100)), range(100).map(square))
  assert.ok(pool.workers().every(({ kind, pid }) => kind === 'thread' && pid === process.pid))
})

row('TPOOL-02 no initializer leak', async (t) => {
  const first = openPool(t, { kind: 'thread', workers: 1, initializer: initialize, initializerArgs: ['first'] })
  const second = openPool(t, { kind: 'thread', workers: 1, initializer: initialize, initializerArgs: ['second'] })
  const plain = openPool(t, { kind: 'thread', workers: 1 })
  for (let round = 0; round < 2; round++) {
    assert.deepEqual(await first.apply(initialized), { args: ['first'], times: 1 })
    assert.deepEqual(await second.apply(initialized), { args: ['second'], times: 1 })
    assert.deepEqual(await plain.apply(initialized), { args: [], times: 0 })
  }
  assert.deepEqual(initialized(), { args: [], times: 0 }, 'nor does it reach this thread')
})

// Ours: the thread is ended in the middle of its loop. (Python waits for it.)
row('TPOOL-03 terminate with running tasks', async (t) => {
  const pool = openPool(t, { kind: 'thread' })
  const gate = await openGate(t)
  const results = Promise.all(['a', 'b'].map((name) => rejection(pool.apply(loopForEver, [gate.path, name]))))
  const visitors = await gate.arrivals(['a', 'b'])
  await pool.terminate()
  for (const error of await results) assert.ok(error instanceof PoolTerminatedError)
  for (const { gone } of visitors) await gone
})

row('TPOOL-04 shared memory visible', async (t) => {
  const pool = openPool(t, { kind: 'thread' })
  const shared = new SharedArrayBuffer(8)
  const word = new Int32Array(shared)
  await pool.starmap(
    increment,
    range(10).map(() => [shared, 1000] as const),
  )
  assert.equal(word[0], 10_000)
  const back = (await pool.apply(identity, [{ inside: shared }])) as { inside: unknown }
  assert.ok(back.inside instanceof SharedArrayBuffer)

  // A thread that waits in Atomics.wait is woken from here.
  const waiting = new Int32Array(new SharedArrayBuffer(8))
  const results = range(2).map(() => pool.apply(waitForWord, [waiting.buffer]))
  while (Atomics.load(waiting, 1) < 2) await Atomics.waitAsync(waiting, 1, Atomics.load(waiting, 1), 100).value
  Atomics.store(waiting, 0, 1)
  Atomics.notify(waiting, 0)
  for (const result of await Promise.all(results)) assert.match(result, /^(ok|not-equal)$/)

  const processes = openPool(t, { kind: 'process' })
  const error = await rejection(processes.apply(increment, [shared, 1]))
  assert.ok(error instanceof NotSerializableError)
  assert.match(error.message, /SharedArrayBuffer.*threads/)
})

row('TPOOL-05 transfer list', async (t) => {
  for (const kind of ['thread', 'process'] as const) {
    const pool = openPool(t, { kind })
    const bytes = new Uint8Array(1_000_000).fill(1)
    assert.equal(await pool.apply(byteSum, [move(bytes)]), 1_000_000)
    // Ours: a process cannot be given memory, so there it is a copy.
    assert.equal(bytes.length, kind === 'thread' ? 0 : 1_000_000)

    const input = { bytes: move(new ArrayBuffer(500_000)), copy: new ArrayBuffer(500_000) }
    assert.deepEqual(await pool.apply(sizes, [input]), [500_000, 500_000])
    assert.deepEqual([input.bytes.byteLength, input.copy.byteLength], [kind === 'thread' ? 0 : 500_000, 500_000])
  }
})
