// Cancelling, time limits and signals: EXE-30 to EXE-32, and what a cancelled call leaves behind.
import assert from 'node:assert/strict'
import { CancelledError, TaskTimeoutError, asCompleted, wait } from 'manyhands'
import { identity, spin } from '../fixtures/tasks/basic.ts'
import { reportProgress } from '../fixtures/tasks/executors.ts'
import { loopForEver, passGate, waitForEver, watchSignal } from '../fixtures/tasks/gate.ts'
import { eachRunner, openExecutor, openRunner } from '../helpers/executors.ts'
import { openGate } from '../helpers/gate.ts'
import { eachKind, range, rejection, row } from '../helpers/pools.ts'

eachRunner((kind) => {
  row('EXE-30 a pending call is withdrawn, a running one goes on', async (t) => {
    const gate = await openGate(t)
    const executor = openRunner(t, kind, { maxWorkers: 1 })
    const running = executor.submit(passGate, gate.path, 'a')
    const pending = executor.submit(passGate, gate.path, 'b')
    await gate.arrival('a')
    assert.deepEqual([running.state, pending.state], ['running', 'pending'])
    assert.deepEqual([running.cancel(), pending.cancel()], [false, true])
    // Whoever waits for it is told at once, however long the other one takes.
    assert.equal(pending.state, 'cancelled-and-notified')
    assert.ok((await wait([running, pending], { returnWhen: 'first-completed' })).done.has(pending))
    assert.equal((await asCompleted([running, pending]).next()).value, pending)
    assert.ok((await rejection(pending)) instanceof CancelledError)
    gate.open()
    assert.equal(await running, 'a')
    assert.equal(await executor.submit(identity, 1), 1)
    assert.deepEqual(gate.order, ['a'])
  })

  row('EXE-30 a running call is told by its signal', async (t) => {
    const gate = await openGate(t)
    const executor = openRunner(t, kind, { maxWorkers: 1 })
    const future = executor.submit(watchSignal, gate.path, 'a')
    await gate.arrival('a')
    assert.ok(future.cancel({ kill: true }))
    await gate.arrival('aborted a')
    assert.equal(future.state, 'cancelled-and-notified')
    assert.equal(await executor.submit(identity, 1), 1)
  })

  row('EXE-32 AbortSignal', async (t) => {
    const gate = await openGate(t)
    const executor = openRunner(t, kind, { maxWorkers: 1 })
    const reason = new Error('enough')

    const before = executor.with({ signal: AbortSignal.abort(reason) }).submit(passGate, gate.path, 'before')
    assert.equal(before.state, 'cancelled-and-notified')
    const error = await rejection(before)
    assert.ok(error instanceof CancelledError)
    assert.equal(error.cause, reason)

    const controller = new AbortController()
    const { signal } = controller
    const running = executor.with({ signal }).submit(waitForEver, gate.path, 'running')
    const pending = executor.with({ signal }).submit(passGate, gate.path, 'pending')
    const unaffected = executor.submit(identity, 'unaffected')
    await gate.arrival('running')
    controller.abort(reason)
    for (const future of [running, pending]) {
      assert.ok(future.cancelled())
      assert.equal((await rejection(future)).cause, reason)
    }
    assert.equal(await unaffected, 'unaffected')
    assert.deepEqual(gate.order, ['running'])

    // A signal that comes after the result changes nothing.
    const late = new AbortController()
    const done = executor.with({ signal: late.signal }).submit(identity, 1)
    assert.equal(await done, 1)
    late.abort()
    assert.equal(done.state, 'finished')
  })

  row('EXE-31 the time limit of a call that waits', async (t) => {
    const gate = await openGate(t)
    const executor = openRunner(t, kind)
    const future = executor.with({ timeout: '200ms' }).submit(waitForEver, gate.path, 'a')
    const error = await future.exception()
    assert.ok(error instanceof TaskTimeoutError)
    assert.equal(error.timeout, 200)
    assert.equal(await executor.with({ timeout: '10s' }).submit(identity, 1), 1)
  })

  row('with() passes progress on', async (t) => {
    const executor = openRunner(t, kind)
    const steps: unknown[] = []
    assert.equal(await executor.with({ onProgress: (step) => steps.push(step) }).submit(reportProgress, 3), 3)
    assert.deepEqual(steps, [1, 2, 3])
  })
})

eachKind((kind) => {
  row('EXE-30 cancel of a running task that never gives its thread back', async (t) => {
    const gate = await openGate(t)
    const executor = openExecutor(t, kind, { maxWorkers: 1 })
    const future = executor.submit(loopForEver, gate.path, 'a')
    const { gone } = await gate.arrival('a')
    assert.equal(future.cancel(), false)
    assert.ok(future.cancel({ kill: true }))
    assert.ok((await rejection(future)) instanceof CancelledError)
    await gone
    // Its worker was ended and replaced.
    assert.equal(await executor.submit(identity, 1), 1)
    assert.deepEqual(
      executor
        .workers()
        .map(({ state }) => state)
        .toSorted(),
      ['ended', 'idle'],
    )
  })

  row('EXE-31 the time limit of a busy loop', async (t) => {
    const gate = await openGate(t)
    const executor = openExecutor(t, kind, { maxWorkers: 1 })
    const future = executor.with({ timeout: 200 }).submit(loopForEver, gate.path, 'a')
    const next = executor.submit(identity, 'next')
    assert.ok((await future.exception()) instanceof TaskTimeoutError)
    assert.equal(await next, 'next')
  })

  // Many cancelled among many: none of them runs, all others do, and it takes no time that grows with their square.
  row('twenty thousand calls, every other one cancelled', async (t) => {
    const executor = openExecutor(t, kind)
    const blocked = range(2).map(() => executor.submit(spin, 100))
    const futures = range(20_000).map((x) => executor.submit(identity, x))
    let cancelled = 0
    for (let index = 0; index < futures.length; index += 2) if (futures[index]?.cancel()) cancelled++
    assert.ok(cancelled >= 8000, `${cancelled} were cancelled`)
    await Promise.all(blocked)
    const { done } = await wait(futures)
    assert.equal(done.size, futures.length)
    for (const [index, future] of futures.entries()) if (index % 2 === 1) assert.equal(await future, index)
  })
})
