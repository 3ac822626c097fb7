// CONFORMANCE.md, tables LOCK, RLOCK and SEM; CHECKLIST S3-12, S4-19.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import {
  BlockingCallError,
  BoundedSemaphore,
  Event,
  InvalidOptionError,
  Lock,
  NotOwnedError,
  OwnerDiedError,
  Pool,
  Queue,
  RLock,
  Semaphore,
} from 'manyhands'
import { type Assert, everywhere, failure, overWorkers, until } from '../fixtures/pools.ts'

everywhere(
  'LOCK-01 acquire, fail to acquire, release, release again',
  () => [new Lock()],
  async (lock) => {
    const assert: Assert = (await import('node:assert/strict')).default
    const token = await lock.acquire()
    assert.equal(await lock.acquire({ block: false }), false)
    assert.equal(await token.release(), undefined)
    await assert.rejects(token.release(), { name: 'NotOwnedError' })
    await assert.rejects(lock.release(), { name: 'NotOwnedError' })
    const again = await lock.acquire({ block: false })
    assert.ok(again)
    await lock.release()
    await assert.rejects(again.release(), { name: 'NotOwnedError' })
  },
)

overWorkers(
  'LOCK-02 one worker acquires, another releases',
  async (pool) => {
    const lock = new Lock()
    await pool.apply(async (theirs: Lock) => void (await theirs.acquire()), [lock])
    assert.equal(await lock.locked(), true)
    await lock.release()
    assert.equal(await lock.locked(), false)
    await lock.acquire()
    await pool.apply((theirs: Lock) => theirs.release(), [lock])
    assert.equal(await lock.locked(), false)
  },
  1,
)

overWorkers('LOCK-03 LOCK-04 a timeout: false, and nothing changed', async (pool) => {
  const lock = new Lock()
  const token = await lock.acquire()
  assert.deepEqual(
    await pool.apply(
      async (theirs: Lock) => {
        const before = performance.now()
        const outcomes = [await theirs.acquire({ timeout: 200 })]
        const elapsed = performance.now() - before
        return [...outcomes, await theirs.acquire({ timeout: -1 }), theirs.acquireSync({ timeout: 20 }), elapsed >= 184]
      },
      [lock],
    ),
    [false, false, false, true],
  )
  await token.release()
  assert.ok(await lock.acquire({ timeout: 5000 }))
})

everywhere(
  'LOCK-05 a block releases its lock, also when it throws',
  () => [new Lock()],
  async (lock) => {
    const assert: Assert = (await import('node:assert/strict')).default
    const token = await lock.acquire()
    token[Symbol.dispose]()
    token[Symbol.dispose]()
    assert.equal(await lock.locked(), false)
    const other = await lock.acquire()
    try {
      throw new Error('on purpose')
    } catch {
      await other[Symbol.asyncDispose]()
    }
    assert.equal(await lock.locked(), false)
  },
)

/** Reads a number from a file, gives the loop a turn, and writes it back plus one: wrong without a lock. */
async function countUp(lock: Lock, file: string, times: number): Promise<void> {
  const fs = await import('node:fs')
  for (let i = 0; i < times; i++) {
    const token = await lock.acquire()
    const value = Number(fs.readFileSync(file, 'utf8'))
    await new Promise((resolve) => setImmediate(resolve))
    fs.writeFileSync(file, String(value + 1))
    token[Symbol.dispose]()
  }
}

overWorkers(
  'LOCK-06 LOCK-08 S3-12 contended: one holder at a time, and nobody starves',
  async (pool, kind) => {
    const folder = mkdtempSync(join(tmpdir(), 'manyhands-lock-'))
    const file = join(folder, 'count')
    writeFileSync(file, '0')
    const lock = new Lock()
    await Promise.all([1, 2, 3, 4].map(() => pool.apply(countUp, [lock, file, 250])))
    assert.equal(readFileSync(file, 'utf8'), '1000', kind)
    rmSync(folder, { recursive: true })
  },
  4,
)

overWorkers(
  'LOCK-06 every waiter gets it once, in the order of asking',
  async (pool) => {
    const lock = new Lock()
    const order = new Queue<number>()
    const token = await lock.acquire()
    const waiters: Promise<void>[] = []
    for (let i = 0; i < 3; i++) {
      const asked = new Event()
      waiters.push(
        pool.apply(
          async (theirs: Lock, out: Queue<number>, mine: number, asking: Event) => {
            const acquiring = theirs.acquire()
            await asking.set()
            const held = await acquiring
            await out.put(mine)
            await held.release()
          },
          [lock, order, i, asked],
        ),
      )
      await asked.wait()
    }
    await token.release()
    await Promise.all(waiters)
    assert.deepEqual(await order.getMany(3), [0, 1, 2])
  },
  3,
)

overWorkers('LOCK-07 a holder that dies: the next one gets the lock at once, and is told', async (pool) => {
  const lock = new Lock()
  const held = new Event()
  const dying = failure(
    pool.apply(
      async (theirs: Lock, event: Event) => {
        await theirs.acquire()
        await event.set()
        await new Promise(() => setTimeout(() => process.exit(7), 20))
      },
      [lock, held],
    ),
  )
  await held.wait()
  const token = await lock.acquire()
  assert.ok(token.ownerDied instanceof OwnerDiedError)
  await token.release()
  assert.equal((await lock.acquire()).ownerDied, undefined)
  await dying
})

for (const kind of ['thread', 'process'] as const) {
  test(`LOCK-07 a holder that is killed from outside, while others wait (${kind})`, { timeout: 20_000 }, async () => {
    const [victims, others] = [new Pool({ workers: 1, kind }), new Pool({ workers: 1, kind })]
    const lock = new Lock()
    const held = new Event()
    const call = failure(
      victims.apply(
        (theirs: Lock, event: Event) => {
          theirs.acquireSync()
          event.setSync()
          for (;;) {
            // Busy until it is killed.
          }
        },
        [lock, held],
      ),
    )
    await held.wait()
    const waiting = others.apply(
      async (theirs: Lock) => {
        const token = await theirs.acquire()
        await token.release()
        return token.ownerDied?.name
      },
      [lock],
    )
    await until(() => others.workers()[0]?.state === 'busy')
    await victims.terminate()
    assert.equal(await waiting, 'OwnerDiedError')
    await call
    await others.terminate()
  })
}

test("LOCK-07 a waiter that is killed gets nothing, and is in nobody's way", { timeout: 20_000 }, async () => {
  const pool = new Pool({ workers: 1, kind: 'process' })
  const lock = new Lock()
  const started = new Event()
  const token = await lock.acquire()
  const call = failure(
    pool.apply(
      (theirs: Lock, event: Event) => {
        event.setSync()
        theirs.acquireSync()
      },
      [lock, started],
    ),
  )
  await started.wait()
  await pool.terminate()
  await call
  await token.release()
  const next = await lock.acquire()
  assert.equal(next.ownerDied, undefined)
})

test('LOCK-09 blocking forms on the main thread throw', () => {
  const blocking = [
    () => new Lock().acquireSync(),
    () => new RLock().acquireSync(),
    () => new Semaphore().acquireSync(),
    () => new Event().waitSync(),
    () => new Queue().getSync(),
  ]
  for (const block of blocking) {
    assert.throws(block, (error) => error instanceof BlockingCallError && /freeze the event loop/.test(error.message))
  }
})

overWorkers('LOCK-09 a blocking wait that nobody could end throws', async (pool) => {
  const error = await failure(
    pool.apply(async () => {
      const { Queue: OwnQueue } = await import('manyhands')
      new OwnQueue().getSync()
    }, []),
  )
  assert.equal(error.name, 'BlockingCallError')
})

overWorkers('LOCK-10 who holds it', async (pool) => {
  const lock = new Lock()
  const owners = [await lock.owner()]
  const token = await lock.acquire()
  owners.push(await lock.owner(), await pool.apply((theirs: Lock) => theirs.owner(), [lock]))
  await token.release()
  assert.deepEqual(owners, ['nobody', 'this worker', 'another worker'])
})

everywhere(
  'RLOCK-01 RLOCK-03 acquired three times, released three times',
  () => [new RLock()],
  async (lock) => {
    const assert: Assert = (await import('node:assert/strict')).default
    const one = await lock.acquire()
    const two = await lock.acquire({ owner: one })
    const three = await lock.acquire({ owner: two, block: false })
    assert.ok(three)
    assert.equal(await lock.recursionCount(), 3)
    for (const [token, left] of [
      [three, 2],
      [one, 1],
      [two, 0],
    ] as const) {
      await token.release()
      assert.equal(await lock.recursionCount(), left)
    }
    await assert.rejects(two.release(), { name: 'NotOwnedError' })
    await assert.rejects(lock.release(), { name: 'NotOwnedError', message: /not owned/ })
  },
)

overWorkers('RLOCK-01 blocking code of one worker enters again without a token', async (pool) => {
  const lock = new RLock()
  assert.equal(
    await pool.apply(
      (theirs: RLock) => {
        theirs.acquireSync()
        theirs.acquireSync()
        const token = theirs.acquireSync()
        token.releaseSync()
        theirs.releaseSync()
        theirs.releaseSync()
        try {
          theirs.releaseSync()
        } catch (error) {
          return (error as Error).name
        }
        return 'nothing'
      },
      [lock],
    ),
    'NotOwnedError',
  )
  assert.equal(await lock.locked(), false)
})

overWorkers('RLOCK-02 RLOCK-03 nobody but the owner releases, and others wait for the last release', async (pool) => {
  const lock = new RLock()
  const outer = await lock.acquire()
  const inner = await lock.acquire({ owner: outer })
  assert.deepEqual(
    await pool.apply(
      async (theirs: RLock) => {
        const errors: string[] = []
        await theirs.release().catch((error: unknown) => errors.push((error as Error).name))
        return [...errors, await theirs.acquire({ timeout: 10 })]
      },
      [lock],
    ),
    ['NotOwnedError', false],
  )
  await inner.release()
  assert.equal(await pool.apply((theirs: RLock) => theirs.acquire({ timeout: 10 }), [lock]), false)
  await outer.release()
  assert.equal(await pool.apply(async (theirs: RLock) => (await theirs.acquire()).release(), [lock]), undefined)
})

everywhere(
  'RLOCK-04 two async tasks of one worker are two owners',
  () => [new RLock()],
  async (lock) => {
    const assert: Assert = (await import('node:assert/strict')).default
    const token = await lock.acquire()
    assert.equal(await lock.acquire({ block: false }), false)
    const other = lock.acquire()
    await token.release()
    await (await other).release()
  },
)

everywhere(
  'SEM-01 the count',
  () => [new Semaphore(2)],
  async (semaphore) => {
    const assert: Assert = (await import('node:assert/strict')).default
    const values = [await semaphore.getValue()]
    for (let i = 0; i < 2; i++) {
      await semaphore.acquire()
      values.push(await semaphore.getValue())
    }
    assert.equal(await semaphore.acquire({ block: false }), false)
    for (let i = 0; i < 4; i++) {
      await semaphore.release()
      values.push(await semaphore.getValue())
    }
    assert.deepEqual(values, [2, 1, 0, 1, 2, 3, 4])
  },
)

everywhere(
  'SEM-02 a bounded semaphore',
  () => [new BoundedSemaphore(2)],
  async (semaphore) => {
    const assert: Assert = (await import('node:assert/strict')).default
    await assert.rejects(semaphore.release(), { name: 'NotOwnedError' })
    const token = await semaphore.acquire()
    await token.release()
    await assert.rejects(token.release(), { name: 'NotOwnedError' })
    assert.equal(await semaphore.getValue(), 2)
  },
)

everywhere(
  'SEM-03 timeouts',
  () => [new Semaphore(0)],
  async (semaphore) => {
    const assert: Assert = (await import('node:assert/strict')).default
    assert.equal(await semaphore.acquire({ block: false }), false)
    assert.equal(await semaphore.acquire({ block: false, timeout: 5000 }), false)
    const before = performance.now()
    assert.equal(await semaphore.acquire({ timeout: 100 }), false)
    assert.equal(await semaphore.acquire({ block: true, timeout: 100 }), false)
    assert.ok(performance.now() - before >= 184)
  },
)

test('SEM-04 the default is 1, and a negative value is refused', async () => {
  assert.equal(await new Semaphore().getValue(), 1)
  assert.throws(() => new Semaphore(-1), InvalidOptionError)
})

overWorkers(
  'SEM-05 a release of three wakes three',
  async (pool) => {
    const semaphore = new Semaphore(0)
    const through = new Queue<number>()
    const waiters = [1, 2, 3, 4].map((n) =>
      pool.apply(
        async (theirs: Semaphore, out: Queue<number>, id: number) => {
          await theirs.acquire()
          await out.put(id)
        },
        [semaphore, through, n],
      ),
    )
    await semaphore.release(3)
    for (let i = 0; i < 3; i++) await through.get()
    assert.equal(await through.qsize(), 0)
    assert.equal(await semaphore.getValue(), 0)
    await semaphore.release()
    await Promise.all(waiters)
  },
  4,
)

everywhere(
  'SEM-06 a block gives its unit back',
  () => [new Semaphore(1)],
  async (semaphore) => {
    const assert: Assert = (await import('node:assert/strict')).default
    const token = await semaphore.acquire()
    token[Symbol.dispose]()
    assert.equal(await semaphore.getValue(), 1)
  },
)

overWorkers('the units of a worker that dies come back', async (pool) => {
  const semaphore = new BoundedSemaphore(2)
  await failure(
    pool.apply(
      async (theirs: Semaphore) => {
        await theirs.acquire()
        await theirs.acquire()
        process.exit(1)
      },
      [semaphore],
    ),
  )
  await semaphore.acquire()
  await semaphore.acquire()
  assert.equal(await semaphore.getValue(), 0)
})

overWorkers(
  'S4-19 four workers append to one file under one lock: every line whole',
  async (pool) => {
    const folder = mkdtempSync(join(tmpdir(), 'manyhands-lock-'))
    const file = join(folder, 'lines')
    writeFileSync(file, '')
    const lock = new Lock()
    await Promise.all(
      [0, 1, 2, 3].map((id) =>
        pool.apply(
          async (theirs: Lock, path: string, name: number) => {
            const fs = await import('node:fs')
            for (let i = 0; i < 250; i++) {
              const token = await theirs.acquire()
              // In two pieces, so that lines would mix without the lock.
              fs.appendFileSync(path, `${name} ${i} `)
              fs.appendFileSync(path, 'end\n')
              token[Symbol.dispose]()
            }
          },
          [lock, file, id],
        ),
      ),
    )
    const lines = readFileSync(file, 'utf8').split('\n')
    assert.equal(lines.pop(), '')
    assert.equal(lines.length, 1000)
    for (const id of [0, 1, 2, 3]) {
      assert.deepEqual(
        lines.filter((line) => line.startsWith(`${id} `)),
        Array.from({ length: 250 }, (_, i) => `${id} ${i} end`),
      )
    }
    rmSync(folder, { recursive: true })
  },
  4,
)

test('a token cannot release what is not its own any more', async () => {
  const lock = new Lock()
  const first = await lock.acquire()
  await lock.release()
  const second = await lock.acquire()
  await assert.rejects(first.release(), NotOwnedError)
  await second.release()
})
