// CONFORMANCE.md, tables EVT, COND and BAR.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  Barrier,
  BrokenBarrierError,
  Condition,
  Event,
  Lock,
  NotOwnedError,
  OwnerDiedError,
  Pool,
  Queue,
  RLock,
} from 'manyhands'
import { type Assert, everywhere, failure, overWorkers, until } from '../fixtures/pools.ts'

everywhere(
  'EVT-01 EVT-05 set, clear and wait',
  () => [new Event()],
  async (event) => {
    const assert: Assert = (await import('node:assert/strict')).default
    assert.equal(await event.isSet(), false)
    assert.equal(await event.wait({ timeout: 0 }), false)
    const before = performance.now()
    assert.equal(await event.wait({ timeout: 100 }), false)
    assert.ok(performance.now() - before >= 84)
    await event.set()
    assert.deepEqual([await event.isSet(), await event.wait(), await event.wait({ timeout: 0 })], [true, true, true])
    await event.clear()
    assert.deepEqual([await event.isSet(), await event.wait({ timeout: 10 })], [false, false])
  },
)

overWorkers('EVT-02 a worker sets it', async (pool) => {
  const event = new Event()
  const waiting = [event.wait(), pool.apply((theirs: Event) => theirs.waitSync(), [event])]
  await pool.apply((theirs: Event) => theirs.set(), [event])
  assert.deepEqual(await Promise.all(waiting), [true, true])
})

overWorkers(
  'EVT-03 set and cleared at once: everybody who waited is woken',
  async (pool) => {
    const event = new Event()
    const asked = new Queue<number>()
    const waiters = [1, 2, 3].map(() =>
      pool.apply(
        async (theirs: Event, out: Queue<number>) => {
          const waiting = theirs.wait()
          await out.put(1)
          return waiting
        },
        [event, asked],
      ),
    )
    for (let i = 0; i < 3; i++) await asked.get()
    await Promise.all([event.set(), event.clear()])
    assert.deepEqual(await Promise.all(waiters), [true, true, true])
  },
  3,
)

for (const kind of ['thread', 'process'] as const) {
  test(`EVT-04 set does not wait for a waiter that was killed (${kind})`, { timeout: 20_000 }, async () => {
    const pool = new Pool({ workers: 1, kind })
    const [event, started] = [new Event(), new Event()]
    const call = failure(
      pool.apply(
        (theirs: Event, up: Event) => {
          up.setSync()
          return theirs.waitSync()
        },
        [event, started],
      ),
    )
    await started.wait()
    await pool.terminate()
    await call
    await event.set()
    assert.equal(await event.wait(), true)
  })
}

everywhere(
  'COND-01 nothing without the lock',
  () => [new Condition()],
  async (condition) => {
    const assert: Assert = (await import('node:assert/strict')).default
    const token = await condition.acquire()
    await token.release()
    await assert.rejects(condition.wait(token), { name: 'NotOwnedError' })
    await assert.rejects(condition.notify(token), { name: 'NotOwnedError' })
  },
)

test('COND-01 nothing without a token', async () => {
  const condition = new Condition()
  // @ts-expect-error A token is needed.
  await assert.rejects(async () => condition.wait(), NotOwnedError)
})

/** Sleeps at a condition; says when it sleeps, and when it woke. */
async function sleep(
  condition: Condition,
  asleep: Queue<number>,
  awake: Queue<boolean>,
  timeout?: number,
): Promise<void> {
  const token = await condition.acquire()
  const waiting = condition.wait(token, timeout === undefined ? {} : { timeout })
  await asleep.put(1)
  const notified = await waiting
  await awake.put(notified)
  await token.release()
}

async function notify(condition: Condition, count: number): Promise<void> {
  const token = await condition.acquire()
  await condition.notify(token, count)
  await token.release()
}

overWorkers(
  'COND-02 COND-03 COND-04 notify wakes so many and no more',
  async (pool) => {
    const condition = new Condition()
    const [asleep, awake] = [new Queue<number>(), new Queue<boolean>()]
    for (const counts of [[1, 1, 2], [2, 4, 3], [1000]]) {
      const sleepers = [1, 2, 3, 4].map(() => pool.apply(sleep, [condition, asleep, awake]))
      for (let i = 0; i < 4; i++) await asleep.get()
      let expected = 0
      for (const count of counts) {
        const token = await condition.acquire()
        const woken = await condition.notify(token, count)
        assert.equal(woken, Math.min(count, 4 - expected))
        await token.release()
        for (let i = 0; i < woken; i++) assert.equal(await awake.get(), true)
        expected += woken
        assert.equal(await awake.qsize(), 0)
      }
      assert.equal(expected, 4)
      await Promise.all(sleepers)
    }
  },
  4,
)

everywhere(
  'COND-05 COND-06 a wait that takes too long',
  () => [new Condition()],
  async (condition) => {
    const assert: Assert = (await import('node:assert/strict')).default
    const token = await condition.acquire()
    const before = performance.now()
    assert.equal(await condition.wait(token, { timeout: 100 }), false)
    assert.ok(performance.now() - before >= 84)
    assert.equal(await condition.lock.locked(), true)
    assert.equal(await condition.lock.acquire({ block: false }), false)
    await token.release()
    assert.equal(await condition.lock.locked(), false)
  },
)

overWorkers('COND-07 waitFor', async (pool) => {
  const condition = new Condition()
  const state = new Queue<number>()
  const steps = pool.apply(
    async (theirs: Condition, out: Queue<number>) => {
      for (let step = 1; step <= 4; step++) {
        const token = await theirs.acquire()
        await out.put(step)
        await theirs.notifyAll(token)
        await token.release()
      }
    },
    [condition, state],
  )
  const token = await condition.acquire()
  assert.equal(await condition.waitFor(token, async () => (await state.qsize()) === 4), true)
  const before = performance.now()
  assert.equal(await condition.waitFor(token, () => 0, { timeout: 100 }), 0)
  assert.ok(performance.now() - before >= 84)
  await token.release()
  await steps
})

overWorkers('COND-08 all levels of the lock are released, and restored', async (pool) => {
  const lock = new RLock()
  const condition = new Condition(lock)
  const outer = await condition.acquire()
  const inner = await lock.acquire({ owner: outer })
  const waiting = condition.wait(inner)
  assert.equal(
    await pool.apply(
      async (theirs: Condition) => {
        const token = await theirs.acquire()
        await theirs.notify(token)
        await token.release()
        return 'got in'
      },
      [condition],
    ),
    'got in',
  )
  assert.equal(await waiting, true)
  assert.equal(await lock.recursionCount(), 2)
  await inner.release()
  await outer.release()
  assert.equal(await lock.locked(), false)
})

overWorkers('COND-09 sleepers that gave up are not counted', async (pool) => {
  const condition = new Condition(new Lock())
  const [asleep, awake] = [new Queue<number>(), new Queue<boolean>()]
  const impatient = pool.apply(sleep, [condition, asleep, awake, 20])
  await asleep.get()
  assert.equal(await awake.get(), false)
  await impatient
  const patient = pool.apply(sleep, [condition, asleep, awake])
  await asleep.get()
  await pool.apply(notify, [condition, 1])
  assert.equal(await awake.get(), true)
  await patient
})

overWorkers('a sleeper that is killed is not counted', async (pool) => {
  const condition = new Condition()
  const [asleep, awake] = [new Queue<number>(), new Queue<boolean>()]
  await failure(
    pool.apply(
      async (theirs: Condition) => {
        const token = await theirs.acquire()
        void theirs.wait(token)
        await new Promise((resolve) => setTimeout(resolve, 20))
        process.exit(1)
      },
      [condition],
    ),
  )
  const sleeper = pool.apply(sleep, [condition, asleep, awake])
  await asleep.get()
  await notify(condition, 1)
  assert.equal(await awake.get(), true)
  await sleeper
})

/** Goes through a barrier again and again, and counts who has come how far. */
async function pass(barrier: Barrier, passes: number): Promise<number[]> {
  const places: number[] = []
  for (let i = 0; i < passes; i++) places.push(await barrier.wait())
  return places
}

overWorkers(
  'BAR-01 BAR-02 BAR-09 lockstep: each place once a pass, nobody ahead by more than one',
  async (pool) => {
    const barrier = new Barrier(3)
    const passes = 200
    const phases = new Queue<number>()
    const step = async (theirs: Barrier, count: number, out: Queue<number>) => {
      const places: number[] = []
      for (let i = 0; i < count; i++) {
        await out.put(i)
        places.push(await theirs.wait())
      }
      return places
    }
    const all = await Promise.all([1, 2, 3].map(() => pool.apply(step, [barrier, passes, phases])))
    for (let i = 0; i < passes; i++)
      assert.deepEqual(
        all.map((places) => places[i] ?? -1).sort((a, b) => a - b),
        [0, 1, 2],
      )
    const order = await phases.getMany(passes * 3)
    order.forEach((phase, at) => assert.equal(phase, Math.floor(at / 3)))
    assert.deepEqual([await barrier.nWaiting(), await barrier.broken()], [0, false])
  },
  3,
)

overWorkers('BAR-03 the action runs once a pass, before anybody goes on', async (pool) => {
  const events: string[] = []
  const barrier = new Barrier(2, {
    action: async () => {
      events.push('begin')
      await new Promise((resolve) => setTimeout(resolve, 5))
      events.push('end')
    },
  })
  const other = pool.apply(pass, [barrier, 3])
  for (let i = 0; i < 3; i++) {
    await barrier.wait()
    events.push('through')
  }
  await other
  assert.deepEqual(
    events,
    [1, 2, 3].flatMap(() => ['begin', 'end', 'through']),
  )
  const failing = new Barrier(1, {
    action: () => {
      throw new Error('on purpose')
    },
  })
  await assert.rejects(failing.wait(), /its action threw/)
})

overWorkers('BAR-04 BAR-05 BAR-06 abort and reset', async (pool) => {
  const barrier = new Barrier(3)
  const attempt = (theirs: Barrier) => theirs.wait().catch((error: unknown) => (error as Error).name)
  for (const end of ['abort', 'reset'] as const) {
    const waiting = [pool.apply(attempt, [barrier]), pool.apply(attempt, [barrier])]
    await until(async () => (await barrier.nWaiting()) === 2)
    await barrier[end]()
    assert.deepEqual(await Promise.all(waiting), ['BrokenBarrierError', 'BrokenBarrierError'])
    assert.equal(await barrier.broken(), end === 'abort')
    if (end === 'abort') await assert.rejects(barrier.wait(), BrokenBarrierError)
    await barrier.reset()
    assert.equal(await barrier.broken(), false)
    const places = await Promise.all([barrier.wait(), pool.apply(attempt, [barrier]), pool.apply(attempt, [barrier])])
    assert.deepEqual(new Set(places), new Set([0, 1, 2]))
  }
})

overWorkers('BAR-07 whoever waits too long breaks it for all', async (pool) => {
  const barrier = new Barrier(3)
  const patient = failure(pool.apply((theirs: Barrier) => theirs.wait(), [barrier]))
  await until(async () => (await barrier.nWaiting()) === 1)
  await assert.rejects(barrier.wait({ timeout: 50 }), BrokenBarrierError)
  assert.equal((await patient).name, 'BrokenBarrierError')
  assert.equal(await barrier.broken(), true)
  await assert.rejects(barrier.wait(), BrokenBarrierError)
  await barrier.reset()
  const hasty = new Barrier(2, { timeout: 20 })
  assert.equal((await failure(pool.apply((theirs: Barrier) => theirs.wait(), [hasty]))).name, 'BrokenBarrierError')
})

everywhere(
  'BAR-08 a barrier of one',
  () => [new Barrier(1)],
  async (barrier) => {
    const assert: Assert = (await import('node:assert/strict')).default
    assert.equal(await barrier.wait(), 0)
  },
)

overWorkers('BAR-10 a party that dies before it waits breaks the barrier', async (pool) => {
  const barrier = new Barrier(3)
  const survivor = failure(pool.apply((theirs: Barrier) => theirs.wait(), [barrier]))
  const here = failure(barrier.wait())
  const dying = failure(
    pool.apply(
      (theirs: Barrier) => {
        void theirs
        process.exit(1)
      },
      [barrier],
    ),
  )
  for (const error of [await survivor, await here]) assert.equal(error.name, 'BrokenBarrierError')
  assert.ok((await here).cause instanceof OwnerDiedError)
  await dying
  await assert.rejects(barrier.wait(), BrokenBarrierError)
  await barrier.reset()
})

overWorkers('BAR-10 a party that waits and is killed', async (pool, kind) => {
  const victims = new Pool({ workers: 1, kind })
  const barrier = new Barrier(3)
  const victim = failure(victims.apply((theirs: Barrier) => theirs.waitSync(), [barrier]))
  const survivor = failure(pool.apply((theirs: Barrier) => theirs.wait(), [barrier]))
  await until(async () => (await barrier.nWaiting()) === 2)
  await victims.terminate()
  assert.equal((await survivor).name, 'BrokenBarrierError')
  await victim
})
