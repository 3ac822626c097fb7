// CONFORMANCE.md QUE-19 to QUE-21 and PYTHON.md §1, situations 9 to 11: what becomes of a queue when those who use it
// die.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { JoinableQueue, OwnerDiedError, Pool, Queue } from 'manyhands'
import { failure, overWorkers, until } from '../fixtures/pools.ts'

/** More in the long form: npm run test:faults. */
const ROUNDS = Math.min(100, Math.max(10, Number(process.env['MANYHANDS_FAULT_ROUNDS'] ?? 0)))
const ITEMS = process.env['MANYHANDS_FAULT_ROUNDS'] === undefined ? 20_000 : 100_000

for (const kind of ['thread', 'process'] as const) {
  test(`QUE-19 killed at any moment of a put of 10 MB: no half item (${kind})`, { timeout: 120_000 }, async () => {
    const q = new Queue<Uint8Array>()
    for (let round = 0; round < ROUNDS; round++) {
      const pool = new Pool({ workers: 1, kind })
      const call = failure(
        pool.apply(
          async (queue: Queue<Uint8Array>) => {
            await queue.put(new Uint8Array([1]))
            await queue.put(new Uint8Array(10 * 1024 * 1024).fill(7))
            await new Promise(() => setTimeout(() => {}, 60_000))
          },
          [q],
        ),
      )
      assert.equal((await q.get()).length, 1)
      // From the middle of the copy to after the arrival.
      await new Promise((resolve) => setTimeout(resolve, round % 20))
      await pool.terminate()
      await call
      await q.put(new Uint8Array([2]))
      const first = await q.get()
      if (first.length === 1) continue
      assert.ok(first.length === 10 * 1024 * 1024 && first.every((byte) => byte === 7))
      assert.deepEqual(await q.get(), new Uint8Array([2]))
    }
  })

  test(`QUE-20 killed inside get, blocking or not: the others go on (${kind})`, { timeout: 120_000 }, async () => {
    const q = new Queue<number>()
    for (let round = 0; round < ROUNDS; round++) {
      const pool = new Pool({ workers: 1, kind })
      const call = failure(
        round % 2 === 0
          ? pool.apply((queue: Queue<number>) => queue.getSync(), [q])
          : pool.apply((queue: Queue<number>) => queue.get(), [q]),
      )
      await until(async () => (await q.stats()).getters === 1)
      await pool.terminate()
      await call
      await until(async () => (await q.stats()).getters === 0)
      await q.put(round)
      assert.equal(await q.get({ timeout: 5000 }), round)
    }
  })
}

test('QUE-20 killed between the reply and its arrival: the next one gets the item', { timeout: 120_000 }, async () => {
  const q = new Queue<string>()
  for (let round = 0; round < ROUNDS; round++) {
    const pool = new Pool({ workers: 1, kind: 'process' })
    const call = failure(
      pool.apply(
        async (queue: Queue<string>) => {
          const getting = queue.get()
          await new Promise((resolve) => setImmediate(resolve))
          // The request is out; this thread looks at nothing any more.
          const end = Date.now() + 20_000
          while (Date.now() < end) {
            // Busy.
          }
          return getting
        },
        [q],
      ),
    )
    await until(async () => (await q.stats()).getters === 1)
    await q.putMany(['first', 'second'])
    await pool.terminate()
    await call
    assert.deepEqual([await q.get({ timeout: 5000 }), await q.get()], ['first', 'second'])
  }
})

overWorkers('what was handed to a caller is not handed to another, though the first dies of it', async (pool) => {
  const q = new Queue<string>()
  await q.putMany(['deadly', 'other'])
  await failure(
    pool.apply(
      async (queue: Queue<string>) => {
        await queue.get()
        process.exit(1)
      },
      [q],
    ),
  )
  assert.equal(await q.get(), 'other')
  assert.equal(await q.qsize(), 0)
})

overWorkers(
  'QUE-21 four producers and four consumers: every item once, each producer in order',
  async (pool) => {
    const q = new Queue<[number, number]>({ maxSize: 1000 })
    const perProducer = ITEMS / 4
    const consumers = [0, 1, 2, 3].map(() =>
      pool.apply(
        async (queue: Queue<[number, number]>) => {
          const got: [number, number][] = []
          for await (const item of queue) got.push(item)
          return got
        },
        [q],
      ),
    )
    const produce = async (queue: Queue<[number, number]>, me: number, count: number) => {
      for (let i = 0; i < count;) {
        const some: Promise<void>[] = []
        for (const end = Math.min(count, i + 10); i < end; i++) some.push(queue.put([me, i]))
        await Promise.all(some)
      }
    }
    const producers = [0, 1, 2, 3].map((id) => pool.apply(produce, [q, id, perProducer]))
    await Promise.all(producers)
    await q.shutdown()
    const all = await Promise.all(consumers)
    for (const list of all) {
      const last = [-1, -1, -1, -1]
      for (const [producer, i] of list) {
        assert.ok(i > (last[producer] ?? 0))
        last[producer] = i
      }
    }
    assert.equal(new Set(all.flat().map(([producer, i]) => producer * perProducer + i)).size, ITEMS)
    assert.equal(all.flat().length, ITEMS)
  },
  8,
)

test('killed again and again: every job is done at least once', { timeout: 120_000 }, async () => {
  const q = new JoinableQueue<number>({ attempts: 1000 })
  const results = new Queue<number>()
  const jobs = 200
  await q.putMany(Array.from({ length: jobs }, (_, i) => i))
  const consume = async (queue: JoinableQueue<number>, out: Queue<number>) => {
    for await (const job of queue) {
      await out.put(job)
      await queue.taskDone()
    }
  }
  let over = false
  const joined = q.join().then(() => (over = true))
  for (let round = 0; !over; round++) {
    const kind = round % 2 === 0 ? 'process' : 'thread'
    const pool = new Pool({ workers: 2, kind })
    const calls = [pool.apply(consume, [q, results]), pool.apply(consume, [q, results])].map((call) =>
      call.catch(() => {}),
    )
    const before = await results.qsize()
    await until(async () => over || (await results.qsize()) > before + 30)
    await pool.terminate()
    await Promise.all(calls)
  }
  await joined
  const done = await results.getMany(65_535)
  assert.deepEqual(
    [...new Set(done)].sort((a, b) => a - b),
    Array.from({ length: jobs }, (_, i) => i),
  )
})

overWorkers(
  'the worker that made a queue ends, and the queue with it',
  async (pool) => {
    const q = await pool.apply(async () => {
      const { Queue: TheirQueue } = await import('manyhands')
      return new TheirQueue<number>()
    }, [])
    await q.put(1)
    assert.equal(await q.get(), 1)
    const waiting = failure(q.get())
    await until(async () => (await q.stats()).getters === 1)
    await pool.terminate()
    assert.ok((await waiting) instanceof OwnerDiedError)
    await assert.rejects(q.put(2), OwnerDiedError)
  },
  1,
)

for (const kind of ['thread', 'process'] as const) {
  test(`whoever blocks hears that the queue's home is gone (${kind})`, { timeout: 20_000 }, async () => {
    const [homes, others] = [new Pool({ workers: 1, kind: 'thread' }), new Pool({ workers: 1, kind })]
    const q = await homes.apply(async () => {
      const { Queue: TheirQueue } = await import('manyhands')
      return new TheirQueue<number>()
    }, [])
    const blocked = failure(others.apply((queue: Queue<number>) => queue.getSync(), [q]))
    await until(async () => (await q.stats()).getters === 1)
    await homes.terminate()
    assert.equal((await blocked).name, 'OwnerDiedError')
    await others.terminate()
  })
}

test('a queue made by one worker is used by another, and by the worker of a worker', { timeout: 30_000 }, async () => {
  const pools = [new Pool({ workers: 1, kind: 'thread' }), new Pool({ workers: 1, kind: 'process' })] as const
  const q = await pools[0].apply(async () => {
    const { Queue: TheirQueue } = await import('manyhands')
    return new TheirQueue<string>()
  }, [])
  await pools[1].apply(
    async (queue: Queue<string>) => {
      await queue.put('from the other')
      const { Pool: TheirPool } = await import('manyhands')
      const inner = new TheirPool({ workers: 1, kind: 'thread' })
      await inner.apply(
        async (theirs: Queue<string>) => {
          theirs.putSync('from below')
          await theirs.put('and again')
        },
        [queue],
      )
      await inner.close()
    },
    [q],
  )
  assert.deepEqual(await q.getMany(5), ['from the other', 'from below', 'and again'])
  await Promise.all(pools.map((pool) => pool.terminate()))
})

test('a waiting operation keeps a program with workers alive, and nothing else does', { timeout: 30_000 }, async () => {
  const script = fileURLToPath(new URL('../fixtures/keep-alive.ts', import.meta.url))
  for (const kind of ['thread', 'process']) {
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    const { stdout, stderr, status } = spawnSync(process.execPath, [script, kind], {
      encoding: 'utf8',
      env,
      timeout: 20_000,
    })
    assert.deepEqual([stdout, status], ['late\n', 0], stderr)
  }
})
