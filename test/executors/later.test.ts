// S4-15 and S4-16: calls that are made without waiting, and what can be asked of them meanwhile: the AsyncResult of a
// pool and the Future of an executor.
import assert from 'node:assert/strict'
import { InvalidStateError, TimeoutError } from 'manyhands'
import { passGate, passGateInput } from '../fixtures/tasks/gate.ts'
import { openExecutor } from '../helpers/executors.ts'
import { openGate } from '../helpers/gate.ts'
import { eachKind, openPool, rejection, row } from '../helpers/pools.ts'

eachKind((kind) => {
  row('S4-15 mapAsync, starmapAsync and applyAsync can be asked', async (t) => {
    const gate = await openGate(t)
    const pool = openPool(t, { kind })
    const { path } = gate
    const results = [
      pool.mapAsync(passGateInput, [
        [path, 'a'],
        [path, 'b'],
      ] as const),
      pool.starmapAsync(passGate, [[path, 'c']]),
      pool.applyAsync(passGate, [path, 'd']),
    ]
    for (const result of results) {
      assert.equal(result.ready(), false)
      assert.throws(() => result.successful(), InvalidStateError)
      assert.equal(await result.wait(1), undefined)
      assert.ok((await rejection(result.get(1))) instanceof TimeoutError)
    }
    gate.open()
    assert.deepEqual(await Promise.all(results.map((result) => result.get('10s'))), [['a', 'b'], ['c'], 'd'])
    for (const result of results) assert.ok(result.ready() && result.successful())
  })

  row('S4-16 the parent works on between submit and result', async (t) => {
    const gate = await openGate(t)
    const executor = openExecutor(t, kind)
    const future = executor.submit(passGate, gate.path, 'a')
    await gate.arrival('a')
    let work = 0
    for (let turn = 0; turn < 10; turn++) {
      await new Promise((resolve) => setImmediate(resolve))
      work++
    }
    assert.deepEqual([work, future.done(), future.running()], [10, false, true])
    gate.open()
    assert.equal(await future.result('10s'), 'a')
  })
})
