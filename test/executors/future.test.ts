// Futures made by hand, as the writer of an executor makes them: FUT-01 to FUT-10.
import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import {
  CancelledError,
  Future,
  type FutureState,
  InvalidOptionError,
  InvalidStateError,
  TimeoutError,
} from 'manyhands'
import { rejection, row, settledSoon } from '../helpers/pools.ts'
import { collectWarnings } from '../helpers/warnings.ts'

type Name = 'pending' | 'running' | 'cancelled' | 'notified' | 'failed' | 'successful'

/** One future in each of the states, a finished one with a value and with an error. */
function inAllStates(): Record<Name, Future<number>> {
  const futures = {
    pending: new Future<number>(),
    running: new Future<number>(),
    cancelled: new Future<number>(),
    notified: new Future<number>(),
    failed: new Future<number>(),
    successful: new Future<number>(),
  }
  futures.running.setRunningOrNotifyCancel()
  futures.cancelled.cancel()
  futures.notified.cancel()
  futures.notified.setRunningOrNotifyCancel()
  futures.failed.setException(new RangeError('no'))
  futures.successful.setResult(42)
  return futures
}

function each<T>(ask: (future: Future<number>) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(inAllStates()).map(([name, future]) => [name, ask(future)]))
}

row('FUT-01 states', () => {
  const states: Record<string, FutureState> = {
    pending: 'pending',
    running: 'running',
    cancelled: 'cancelled',
    notified: 'cancelled-and-notified',
    failed: 'finished',
    successful: 'finished',
  }
  assert.deepEqual(
    each(({ state }) => state),
    states,
  )
  const yes = (...names: string[]): Record<string, boolean> =>
    Object.fromEntries(Object.keys(states).map((name) => [name, names.includes(name)]))
  assert.deepEqual(
    each((future) => future.cancelled()),
    yes('cancelled', 'notified'),
  )
  assert.deepEqual(
    each((future) => future.running()),
    yes('running'),
  )
  assert.deepEqual(
    each((future) => future.done()),
    yes('cancelled', 'notified', 'failed', 'successful'),
  )
})

row('FUT-02 cancel', () => {
  const cancelled = { pending: true, running: false, cancelled: true, notified: true, failed: false, successful: false }
  assert.deepEqual(
    each((future) => future.cancel()),
    cancelled,
  )
  assert.deepEqual(
    each((future) => (future.cancel(), future.state)),
    {
      pending: 'cancelled',
      running: 'running',
      cancelled: 'cancelled',
      notified: 'cancelled-and-notified',
      failed: 'finished',
      successful: 'finished',
    },
  )
  // Without `onCancel` nobody could stop it, so `kill` promises nothing.
  assert.equal(inAllStates().running.cancel({ kill: true }), false)
})

row('FUT-02 cancel tells whoever runs the call, once', async () => {
  const told: boolean[] = []
  const onCancel = (wasRunning: boolean): void => void told.push(wasRunning)
  const pending = new Future({ onCancel })
  assert.ok(pending.cancel() && pending.cancel())
  assert.deepEqual(told, [false])
  const running = new Future({ onCancel })
  running.setRunningOrNotifyCancel()
  assert.equal(running.cancel(), false)
  const reason = new Error('enough')
  assert.ok(running.cancel({ kill: true, reason }))
  assert.deepEqual(told, [false, true])
  assert.equal(running.state, 'cancelled-and-notified')
  assert.equal((await rejection(running)).cause, reason)
})

row('FUT-03 callbacks', () => {
  const ways: ((future: Future<number>) => void)[] = [
    (future) => future.setResult(5),
    (future) => future.setException(new Error('no')),
    (future) => future.cancel(),
  ]
  for (const settle of ways) {
    const future = new Future<number>()
    const calls: (number | Future<number>)[] = []
    future.addDoneCallback((done) => calls.push(1, done))
    future.addDoneCallback((done) => calls.push(2, done))
    assert.deepEqual([...calls], [])
    settle(future)
    assert.deepEqual([...calls], [1, future, 2, future])
    future.addDoneCallback((done) => calls.push(3, done))
    assert.deepEqual([...calls], [1, future, 2, future, 3, future])
  }
})

row('FUT-03 callbacks are called before those who await it go on', async () => {
  const future = new Future<number>()
  const order: string[] = []
  const awaited = future.then(() => order.push('awaited'))
  future.addDoneCallback(() => order.push('callback'))
  future.setResult(1)
  await awaited
  assert.deepEqual(order, ['callback', 'awaited'])
})

row('FUT-04 callback throws', async (t) => {
  const warnings = collectWarnings(t)
  const future = new Future<number>()
  const called: number[] = []
  const oops = new Error('oops')
  const later = new Error('later')
  future.addDoneCallback(() => {
    called.push(1)
    throw oops
  })
  future.addDoneCallback(async () => {
    called.push(2)
    await Promise.reject(later)
  })
  future.addDoneCallback(() => called.push(3))
  future.setResult(5)
  assert.deepEqual(called, [1, 2, 3])
  assert.equal(await future, 5)
  assert.deepEqual(await warnings(2), [oops, later])
})

row('FUT-05 result and exception with timeout 0', async () => {
  const { pending, running, cancelled, notified, failed, successful } = inAllStates()
  for (const future of [pending, running]) {
    assert.ok((await rejection(future.result(0))) instanceof TimeoutError)
    assert.ok((await rejection(future.exception(0))) instanceof TimeoutError)
  }
  for (const future of [cancelled, notified]) {
    assert.ok((await rejection(future.result(0))) instanceof CancelledError)
    assert.ok((await rejection(future.exception(0))) instanceof CancelledError)
  }
  assert.ok((await rejection(failed.result(0))) instanceof RangeError)
  assert.ok((await failed.exception(0)) instanceof RangeError)
  assert.equal(await successful.result(0), 42)
  assert.equal(await successful.exception(0), null)
})

row('FUT-05 a timeout is waited for, in any spelling, and the future can be asked again', async () => {
  const future = new Future<number>()
  assert.ok((await rejection(future.result(-1))) instanceof InvalidOptionError)
  for (const timeout of [30, '30ms']) {
    const from = performance.now()
    const error = await rejection(future.result(timeout))
    assert.ok(error instanceof TimeoutError && error.timeout === 30)
    assert.ok(performance.now() - from >= 29)
  }
  future.setResult(1)
  assert.equal(await future.result(30), 1)
})

row('FUT-06 result is woken', async () => {
  const settled = new Future<string>()
  setTimeout(() => settled.setResult('there'), 20)
  assert.equal(await settled.result('10s'), 'there')

  const failed = new Future<string>()
  setTimeout(() => failed.setException(new RangeError('no')), 20)
  assert.ok((await failed.exception('10s')) instanceof RangeError)

  const cancelled = new Future<string>()
  setTimeout(() => cancelled.cancel(), 20)
  assert.ok((await rejection(cancelled.result('10s'))) instanceof CancelledError)
})

row('FUT-07 set twice', async () => {
  const sets: ((future: Future<number>) => void)[] = [
    (future) => future.setResult(2),
    (future) => future.setException(new Error('no')),
  ]
  for (const set of sets) {
    const { cancelled, notified, failed, successful } = inAllStates()
    for (const future of [cancelled, notified, failed, successful]) assert.throws(() => set(future), InvalidStateError)
    assert.ok((await failed.exception()) instanceof RangeError)
    assert.equal(await successful, 42)
    assert.ok((await rejection(cancelled)) instanceof CancelledError)
  }
})

row('FUT-08 setRunningOrNotifyCancel', () => {
  const { pending, running, cancelled, notified, failed, successful } = inAllStates()
  assert.equal(pending.setRunningOrNotifyCancel(), true)
  assert.equal(pending.state, 'running')
  assert.equal(cancelled.setRunningOrNotifyCancel(), false)
  assert.equal(cancelled.state, 'cancelled-and-notified')
  for (const future of [running, notified, failed, successful]) {
    assert.throws(() => future.setRunningOrNotifyCancel(), InvalidStateError)
  }
})

row('FUT-09 repr', () => {
  const shown = each((future) => String(future).replace(/ \d+ /, ' N '))
  assert.deepEqual(shown, {
    pending: '<Future N state=pending>',
    running: '<Future N state=running>',
    cancelled: '<Future N state=cancelled>',
    notified: '<Future N state=cancelled-and-notified>',
    failed: '<Future N state=finished raised RangeError>',
    successful: '<Future N state=finished returned number>',
  })
  const future = new Future<unknown>()
  future.setResult(new Map())
  assert.equal(inspect(future), String(future))
  assert.match(String(future), /returned Map>$/)
})

row('FUT-10 thenable', async () => {
  const { cancelled, failed, successful, pending } = inAllStates()
  assert.equal(await successful, 42)
  assert.equal(await successful.then((value) => value + 1), 43)
  assert.ok((await rejection(failed)) instanceof RangeError)
  assert.ok((await rejection(cancelled)) instanceof CancelledError)
  assert.equal(await settledSoon(pending), 'pending')
  pending.setResult(1)
  assert.deepEqual(await Promise.all([pending, successful]), [1, 42])
})

row('FUT-10 an error that nobody asks for is kept', async (t) => {
  const rejections: unknown[] = []
  const listener = (error: unknown): void => void rejections.push(error)
  process.on('unhandledRejection', listener)
  t.after(() => process.off('unhandledRejection', listener))
  const { failed, running } = inAllStates()
  failed.addDoneCallback(() => {})
  await failed.exception()
  running.setException(new Error('nobody asks'))
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(rejections, [])
})
