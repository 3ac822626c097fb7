// wait and asCompleted: WAIT-01 to WAIT-11. Futures made by hand, so that the order of events is the test's; then those
// of executors, of both kinds.
import assert from 'node:assert/strict'
import {
  Future,
  InvalidOptionError,
  ProcessPoolExecutor,
  ThreadPoolExecutor,
  TimeoutError,
  asCompleted,
  wait,
} from 'manyhands'
import { identity } from '../fixtures/tasks/basic.ts'
import { collected } from '../helpers/garbage.ts'
import { collect, range, rejection, row, settledSoon } from '../helpers/pools.ts'

function futures(count: number): Future<number>[] {
  return range(count).map(() => new Future<number>())
}

function finished(value = 1): Future<number> {
  const future = new Future<number>()
  future.setResult(value)
  return future
}

function failed(): Future<number> {
  const future = new Future<number>()
  future.setException(new RangeError('no'))
  return future
}

row('WAIT-01 duplicates', async () => {
  const f = finished()
  const waited = await wait([f, f])
  assert.deepEqual([...waited.done], [f])
  assert.equal(waited.notDone.size, 0)
  assert.deepEqual(await collect(asCompleted([f, f, f])), [f])
  const pending = new Future<number>()
  const twice = collect(asCompleted([pending, pending]))
  pending.setResult(1)
  assert.deepEqual(await twice, [pending])
})

row('WAIT-02 first-completed', async () => {
  const [first, second, cancelled] = futures(3) as [Future<number>, Future<number>, Future<number>]
  cancelled.cancel()
  const waiting = wait([first, second, cancelled], { returnWhen: 'first-completed' })
  // Nobody who runs calls has taken note of it.
  assert.equal(await settledSoon(waiting), 'pending')
  second.setResult(1)
  const { done, notDone } = await waiting
  assert.deepEqual([...done], [second])
  assert.deepEqual([...notDone], [first, cancelled])

  const notified = wait([first, cancelled], { returnWhen: 'first-completed' })
  cancelled.setRunningOrNotifyCancel()
  assert.deepEqual([...(await notified).done], [cancelled])
})

row('WAIT-03 first-completed, some done already', async () => {
  const pending = new Future<number>()
  const [a, b] = [finished(), failed()]
  const { done, notDone } = await wait([pending, a, b], { returnWhen: 'first-completed' })
  assert.deepEqual([...done], [a, b])
  assert.deepEqual([...notDone], [pending])
})

row('WAIT-04 first-exception', async () => {
  const [a, b, c] = futures(3) as [Future<number>, Future<number>, Future<number>]
  const waiting = wait([a, b, c], { returnWhen: 'first-exception' })
  a.setResult(1)
  assert.equal(await settledSoon(waiting), 'pending')
  b.setException(new RangeError('no'))
  const { done, notDone } = await waiting
  assert.deepEqual([...done], [a, b])
  assert.deepEqual([...notDone], [c])

  const already = await wait([c, failed()], { returnWhen: 'first-exception' })
  assert.equal(already.done.size, 1)

  // None fails: all are waited for. A cancelled one did not throw.
  const [d, e] = futures(2) as [Future<number>, Future<number>]
  const none = wait([d, e], { returnWhen: 'first-exception' })
  d.cancel()
  d.setRunningOrNotifyCancel()
  assert.equal(await settledSoon(none), 'pending')
  e.setResult(1)
  assert.equal((await none).done.size, 2)
})

row('WAIT-05 all-completed', async () => {
  const all = futures(4) as [Future<number>, Future<number>, Future<number>, Future<number>]
  const waiting = wait([...all, finished()])
  all[2].setResult(1)
  all[0].setException(new Error('no'))
  all[1].cancel()
  all[1].setRunningOrNotifyCancel()
  assert.equal(await settledSoon(waiting), 'pending')
  all[3].setResult(1)
  const { done, notDone } = await waiting
  assert.equal(done.size, 5)
  assert.equal(notDone.size, 0)
})

row('WAIT-06 timeout', async () => {
  const [a, b] = [finished(), new Future<number>()]
  const from = performance.now()
  const { done, notDone } = await wait([a, b], { timeout: '50ms' })
  assert.ok(performance.now() - from >= 49)
  assert.deepEqual([...done], [a])
  assert.deepEqual([...notDone], [b])
  const now = await wait([a, b], { timeout: 0 })
  assert.deepEqual([now.done.size, now.notDone.size], [1, 1])
})

row('WAIT-07 asCompleted order', async () => {
  const [a, b, c] = futures(3) as [Future<number>, Future<number>, Future<number>]
  const d = finished()
  const completed = asCompleted([a, b, c, d])
  assert.equal((await completed.next()).value, d)
  c.setResult(1)
  a.setException(new Error('no'))
  assert.equal((await completed.next()).value, c)
  const [next, last, end] = [completed.next(), completed.next(), completed.next()]
  b.setResult(2)
  assert.equal((await next).value, a)
  assert.equal((await last).value, b)
  assert.deepEqual(await end, { value: undefined, done: true })
})

row('WAIT-07 asCompleted is left early', async () => {
  const all = [finished(), ...futures(2)]
  for await (const future of asCompleted(all)) {
    assert.equal(future, all[0])
    break
  }
  const completed = asCompleted(all)
  await completed.next()
  const asked = completed.next()
  await completed.return()
  assert.deepEqual(await asked, { value: undefined, done: true })
  all[1]?.setResult(1)
  assert.deepEqual(await completed.next(), { value: undefined, done: true })
})

row('WAIT-08 asCompleted timeout', async () => {
  for (const timeout of [0, 100, '100ms']) {
    const all = [finished(), failed(), ...futures(2)]
    const seen: Future<number>[] = []
    const from = performance.now()
    const error = await rejection(
      (async () => {
        for await (const future of asCompleted(all, { timeout })) seen.push(future)
      })(),
    )
    assert.ok(error instanceof TimeoutError)
    assert.match(error.message, /^2 \(of 4\) futures unfinished/)
    assert.equal(error.timeout, timeout === 0 ? 0 : 100)
    assert.ok(performance.now() - from >= Number(error.timeout) - 1)
    assert.deepEqual(seen, all.slice(0, 2))
  }
})

row('WAIT-08 asCompleted counts its timeout from the call', async () => {
  const [a, b] = futures(2) as [Future<number>, Future<number>]
  const completed = asCompleted([a, b], { timeout: 40 })
  await new Promise((resolve) => setTimeout(resolve, 60))
  a.setResult(1)
  assert.equal((await completed.next()).value, a)
  assert.ok((await rejection(completed.next())) instanceof TimeoutError)
  assert.deepEqual(await completed.next(), { value: undefined, done: true })
})

row('WAIT-09 a future given out can be collected', async () => {
  const pending = new Future<unknown>()
  const completed = asCompleted([...range(4).map(big), pending])
  const references: WeakRef<object>[] = []
  for (let count = 0; count < 4; count++) references.push(new WeakRef((await completed.next()).value as object))
  await collected(...references)
  pending.setResult(1)
  assert.equal((await completed.next()).value, pending)

  // Some are done before they are waited for, some while they are.
  function big(index: number): Future<unknown> {
    const future = new Future<unknown>()
    if (index % 2 === 0) setImmediate(() => future.setResult(new Uint8Array(1 << 20)))
    else future.setResult(new Uint8Array(1 << 20))
    return future
  }
})

row('WAIT-10 many at once', async () => {
  for (let round = 0; round < 20; round++) {
    const all = futures(100)
    const ways = ['all-completed', 'first-completed', 'first-exception'] as const
    const waits = ways.map((returnWhen) => wait(all, { returnWhen }))
    const given = collect(asCompleted(all))
    for (const future of all) future.setResult(round)
    assert.equal((await Promise.all(waits))[0]?.done.size, 100)
    assert.equal((await given).length, 100)
  }
})

row('WAIT-11 empty', async () => {
  for (const returnWhen of ['all-completed', 'first-completed', 'first-exception'] as const) {
    const { done, notDone } = await wait([], { returnWhen })
    assert.deepEqual([done.size, notDone.size], [0, 0])
  }
  assert.deepEqual(await collect(asCompleted([])), [])
})

row('WAIT-11 what is no future is refused', async () => {
  const wrong = [Promise.resolve(1)] as unknown as Future<number>[]
  assert.ok((await rejection(wait(wrong))) instanceof InvalidOptionError)
  assert.throws(() => asCompleted(wrong), InvalidOptionError)
  assert.ok((await rejection(wait(finished() as unknown as Future<number>[]))) instanceof InvalidOptionError)
  assert.ok((await rejection(wait([], { returnWhen: 'never' as 'all-completed' }))) instanceof InvalidOptionError)
})

row('WAIT-05 and WAIT-07 over futures of two executors', async (t) => {
  const executors = [new ThreadPoolExecutor({ maxWorkers: 2 }), new ProcessPoolExecutor({ maxWorkers: 2 })]
  t.after(() => Promise.all(executors.map((executor) => executor.shutdown())))
  const all = range(40)
    .map((x) => executors[x % 2]?.submit(identity, x))
    .filter((future) => future !== undefined)
  const values: unknown[] = []
  for await (const future of asCompleted(all, { timeout: '15s' })) values.push(await future)
  assert.deepEqual(
    values.toSorted((a, b) => Number(a) - Number(b)),
    range(40),
  )
  const { done, notDone } = await wait(all)
  assert.deepEqual([done.size, notDone.size], [40, 0])
})
