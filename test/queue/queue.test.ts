// CONFORMANCE.md, table QUE, and CHECKLIST S2-08 to S2-16.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Full, Pool, Queue, QueueClosedError, ShutDown } from 'manyhands'
import { type Assert, everywhere, failure, overWorkers, until } from '../fixtures/pools.ts'

everywhere(
  'QUE-01 a fresh queue is empty',
  () => [new Queue<number>()],
  async (q) => {
    const assert: Assert = (await import('node:assert/strict')).default
    assert.deepEqual([await q.empty(), await q.full(), await q.qsize()], [true, false, 0])
  },
)

everywhere(
  'QUE-02 QUE-03 S2-08 put, also on a full queue',
  () => [new Queue<number>({ maxSize: 6 })],
  async (q) => {
    const assert: Assert = (await import('node:assert/strict')).default
    await q.put(1)
    await q.put(2, { block: true })
    await q.put(3, { block: true, timeout: '1s' })
    await q.put(4, { block: false })
    await q.put(5, { timeout: 100 })
    await q.putNowait(6)
    assert.equal(await q.full(), true)
    const isFull = { name: 'Full', code: 'ERR_QUEUE_FULL' }
    await assert.rejects(q.put(7, { block: false }), isFull)
    await assert.rejects(q.putNowait(7), isFull)
    await assert.rejects(q.put(7, { block: false, timeout: 5000 }), isFull)
    const before = performance.now()
    await assert.rejects(q.put(7, { timeout: 200 }), isFull)
    assert.ok(performance.now() - before >= 184)
    assert.equal(await q.qsize(), 6)
  },
)

everywhere(
  'QUE-04 QUE-05 S2-09 S2-10 get, also on an empty queue',
  () => [new Queue<number>()],
  async (q) => {
    const assert: Assert = (await import('node:assert/strict')).default
    await q.putMany([1, 2, 3, 4, 5])
    const got = [
      await q.get(),
      await q.get({ block: true }),
      await q.get({ timeout: 1000 }),
      await q.getNowait(),
      await q.get({ block: false }),
    ]
    assert.deepEqual(got, [1, 2, 3, 4, 5])
    const isEmpty = { name: 'Empty', code: 'ERR_QUEUE_EMPTY' }
    await assert.rejects(q.get({ block: false }), isEmpty)
    await assert.rejects(q.getNowait(), isEmpty)
    const before = performance.now()
    await assert.rejects(q.get({ timeout: '200ms' }), isEmpty)
    assert.ok(performance.now() - before >= 184)
  },
)

everywhere(
  'QUE-06 a negative timeout is no time at all',
  () => [new Queue<number>({ maxSize: 1 })],
  async (q) => {
    const assert: Assert = (await import('node:assert/strict')).default
    await assert.rejects(q.get({ timeout: -1 }), { name: 'Empty' })
    await q.put(1)
    await assert.rejects(q.put(2, { timeout: -1 }), { name: 'Full' })
  },
)

overWorkers('QUE-07 each producer keeps its order', async (pool) => {
  const q = new Queue<[string, number]>()
  for (let i = 0; i < 10; i++) void q.put(['here', i])
  await pool.apply(
    async (queue: Queue<[string, number]>) => {
      const puts: Promise<void>[] = []
      for (let i = 0; i < 10; i++) puts.push(queue.put(['there', i]))
      await Promise.all(puts)
    },
    [q],
  )
  const got = await q.getMany(20)
  for (const who of ['here', 'there'])
    assert.deepEqual(
      got.filter(([by]) => by === who).map(([, i]) => i),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    )
})

everywhere(
  'QUE-08 QUE-27 qsize and stats',
  () => [new Queue<number>({ maxSize: 5 })],
  async (q) => {
    const assert: Assert = (await import('node:assert/strict')).default
    const sizes: number[] = []
    for (const step of ['put', 'put', 'get', 'get']) {
      if (step === 'put') await q.put(1)
      else await q.get()
      sizes.push(await q.qsize())
    }
    assert.deepEqual(sizes, [1, 2, 1, 0])
    const waiting = q.get()
    const { size, maxSize, puts, gets, getters, putters, isShutdown } = await q.stats()
    assert.deepEqual([size, maxSize, puts, gets, getters, putters, isShutdown], [0, 5, 2, 2, 1, 0, false])
    await q.put(9)
    assert.equal(await waiting, 9)
  },
)

overWorkers('QUE-09 any value arrives as it was; null and undefined are values', async (pool) => {
  const cyclic: { self?: unknown } = {}
  cyclic.self = cyclic
  const values: unknown[] = [
    null,
    undefined,
    false,
    'DONE',
    Number.NaN,
    new Date(7),
    new Map([[1, { a: 2n }]]),
    new Set(['x']),
    10n ** 30n,
    new Float64Array([1.5, -0]),
    Buffer.from('bytes'),
    '',
    0,
    [],
    {},
    /x/g,
    cyclic,
  ]
  const [there, back] = [new Queue(), new Queue()]
  const echo = pool.apply(
    async (from: Queue, to: Queue, count: number) => {
      for (let i = 0; i < count; i++) await to.put(await from.get())
    },
    [there, back, values.length + 1],
  )
  for (const value of values) await there.put(value)
  await there.put(new RangeError('an error'))
  for (const value of values) assert.deepEqual(await back.get(), value)
  const error = await back.get()
  assert.ok(error instanceof RangeError && error.message === 'an error')
  await echo
})

everywhere(
  'QUE-10 put itself refuses what cannot be sent',
  () => [new Queue()],
  async (q) => {
    const assert: Assert = (await import('node:assert/strict')).default
    await assert.rejects(
      q.put(() => 1),
      { code: 'ERR_NOT_SERIALIZABLE' },
    )
    await q.put(true)
    assert.deepEqual([await q.qsize(), await q.get()], [1, true])
  },
)

test('QUE-11 a hook hears of what cannot be sent', async () => {
  const heard: [string, unknown][] = []
  const q = new Queue({ onPutError: (error, item) => heard.push([(error as Error).name, item]) })
  const bad = Symbol('bad')
  await q.put(bad)
  await q.put('good')
  assert.deepEqual(heard, [['NotSerializableError', bad]])
  assert.equal(await q.get(), 'good')
})

const two = () => [new Queue<number>(), new Queue<number>()] as const
everywhere('QUE-12 QUE-13 QUE-14 close is for the worker that calls it', two, async (q, unused) => {
  const assert: Assert = (await import('node:assert/strict')).default
  await assert.rejects(q.joinThread(), { code: 'ERR_INVALID_STATE' })
  await q.put(1)
  q.close()
  await q.joinThread()
  const isClosed = { name: 'QueueClosedError', message: /is closed/ }
  await assert.rejects(q.put(2), isClosed)
  await assert.rejects(q.get(), isClosed)
  await assert.rejects(q.empty(), isClosed)
  unused.close()
  await unused.joinThread()
  assert.equal(await unused.empty(), true)
})

overWorkers('QUE-13 others are not concerned by close', async (pool) => {
  const q = new Queue<number>()
  q.close()
  await pool.apply(
    async (queue: Queue<number>) => {
      await queue.put(1)
      return queue.get()
    },
    [q],
  )
  await assert.rejects(q.get(), QueueClosedError)
})

overWorkers('QUE-15 S1-17 what a worker has put is not lost when it exits', async (pool, kind) => {
  const q = new Queue<Uint8Array>()
  const error = await failure(
    pool.apply(
      (queue: Queue<Uint8Array>) => {
        for (let i = 0; i < 50; i++) void queue.put(new Uint8Array(1024 * 1024).fill(i))
        process.exit(0)
      },
      [q],
    ),
  )
  assert.equal(error.name, 'WorkerDiedError', kind)
  for (let i = 0; i < 50; i++) {
    const bytes = await q.get({ timeout: 5000 })
    assert.ok(bytes.length === 1024 * 1024 && bytes[0] === i && bytes.at(-1) === i)
  }
})

for (const kind of ['thread', 'process'] as const) {
  test(`QUE-16 S1-15 a worker can be joined before its queue is drained (${kind})`, { timeout: 20_000 }, async () => {
    const q = new Queue<Uint8Array>()
    const pool = new Pool({ workers: 1, kind })
    await pool.apply(
      async (queue: Queue<Uint8Array>) => {
        for (let i = 0; i < 4; i++) await queue.put(new Uint8Array(1024 * 1024))
        queue.close()
        await queue.joinThread()
      },
      [q],
    )
    await pool.close()
    assert.equal(await q.qsize(), 4)
    assert.equal((await q.get()).length, 1024 * 1024)
  })
}

overWorkers('QUE-17 cancelJoinThread: a worker exits at once', async (pool) => {
  const q = new Queue<number>({ maxSize: 1 })
  await failure(
    pool.apply(
      (queue: Queue<number>) => {
        for (let i = 0; i < 100; i++) void queue.put(i)
        queue.cancelJoinThread()
        process.exit(0)
      },
      [q],
    ),
  )
  // It did not wait for room.
  assert.ok((await q.qsize()) <= 1)
})

overWorkers('QUE-18 a queue is not empty after put', async (pool) => {
  const q = new Queue<number>()
  assert.deepEqual(
    await pool.apply(
      async (queue: Queue<number>) => {
        await queue.put(1)
        return [await queue.empty(), await queue.qsize()]
      },
      [q],
    ),
    [false, 1],
  )
  assert.equal(await q.empty(), false)
})

overWorkers('QUE-22 an item of 16 MB', async (pool) => {
  const [there, back] = [new Queue<Uint8Array>(), new Queue<Uint8Array>()]
  const data = new Uint8Array(16 * 1024 * 1024).map((_, i) => i * 31)
  const echo = pool.apply(
    async (from: Queue<Uint8Array>, to: Queue<Uint8Array>) => to.put(await from.get()),
    [there, back],
  )
  await there.put(data)
  assert.deepEqual(Buffer.compare(await back.get(), data), 0)
  await echo
})

overWorkers('QUE-23 a queue works while a module is loading', async (pool) => {
  const q = new Queue<string>()
  assert.equal(
    await pool.apply(
      async (queue: Queue<string>) => {
        Object.assign(globalThis, { theQueue: queue })
        const url = 'data:text/javascript,await theQueue.put("loading"); export const got = await theQueue.get()'
        const module = (await import(url)) as { got: string }
        return module.got
      },
      [q],
    ),
    'loading',
  )
})

overWorkers('QUE-24 iteration ends when the queue is shut down and empty', async (pool) => {
  const q = new Queue<number>()
  const all = pool.apply(
    async (queue: Queue<number>) => {
      const got: number[] = []
      for await (const item of queue) got.push(item)
      return got
    },
    [q],
  )
  await q.putMany([1, 2, 3])
  await q.shutdown()
  assert.deepEqual(await all, [1, 2, 3])
})

overWorkers('QUE-25 shutdown ends the waits of everybody', async (pool) => {
  const [empty, full] = [new Queue<number>(), new Queue<number>({ maxSize: 1 })]
  await full.put(0)
  const waits = [
    pool.apply((queue: Queue<number>) => queue.get(), [empty]),
    pool.apply((queue: Queue<number>) => queue.put(1), [full]),
    empty.get(),
    full.put(2),
  ]
  const errors = Promise.all(waits.map(failure))
  await until(async () => (await empty.stats()).getters === 2 && (await full.stats()).putters === 2)
  await empty.shutdown()
  await full.shutdown()
  assert.deepEqual(
    (await errors).map(({ name }) => name),
    ['ShutDown', 'ShutDown', 'ShutDown', 'ShutDown'],
  )
  assert.equal(await full.get(), 0)
  await assert.rejects(full.get(), ShutDown)
})

overWorkers('QUE-26 S2-16 a bounded queue holds its producers back', async (pool) => {
  const q = new Queue<number>({ maxSize: 10 })
  const producer = pool.apply(
    async (queue: Queue<number>) => {
      for (let i = 0; i < 200; i++) await queue.put(i)
    },
    [q],
  )
  let most = 0
  for (let i = 0; i < 200; i++) {
    most = Math.max(most, await q.qsize())
    assert.equal(await q.get(), i)
  }
  await producer
  assert.ok(most <= 10, `${most} items in a queue of 10`)
})

overWorkers('S2-11 S2-12 competing consumers get each item once, each in the order of putting', async (pool) => {
  const q = new Queue<number>()
  const consume = async (queue: Queue<number>) => {
    const got: number[] = []
    for await (const item of queue) got.push(item)
    return got
  }
  const consumers = [pool.apply(consume, [q]), pool.apply(consume, [q])]
  for (let i = 0; i < 1000; i++) await q.put(i)
  await q.shutdown()
  const got = await Promise.all(consumers)
  for (const list of got)
    assert.deepEqual(
      list,
      list.toSorted((a, b) => a - b),
    )
  assert.deepEqual(
    got.flat().sort((a, b) => a - b),
    Array.from({ length: 1000 }, (_, i) => i),
  )
})

test('a queue goes through a queue, and its home knows it again', { timeout: 20_000 }, async () => {
  const pool = new Pool({ workers: 1, kind: 'process' })
  const [outer, inner] = [new Queue<Queue<string>>(), new Queue<string>()]
  await outer.put(inner)
  const answer = pool.apply(
    async (queue: Queue<Queue<string>>) => {
      const found = await queue.get()
      await found.put('found')
      return found
    },
    [outer],
  )
  assert.equal(await inner.get(), 'found')
  const same = await answer
  await same.put('again')
  assert.equal(await inner.get(), 'again')
  await pool.terminate()
})

test('one queue over the main thread, threads and processes at once', { timeout: 30_000 }, async () => {
  const pools = [new Pool({ workers: 2, kind: 'thread' }), new Pool({ workers: 2, kind: 'process' })]
  const [jobs, results] = [new Queue<number>({ maxSize: 50 }), new Queue<[string, number]>()]
  const work = async (from: Queue<number>, to: Queue<[string, number]>, who: string) => {
    for await (const job of from) await to.put([who, job * 2])
  }
  const workers = pools.flatMap((pool, i) => [0, 1].map((j) => pool.apply(work, [jobs, results, `${i}${j}`])))
  await jobs.putMany(Array.from({ length: 500 }, (_, i) => i))
  const got: number[] = []
  for (let i = 0; i < 500; i++) got.push((await results.get())[1])
  await jobs.shutdown()
  await Promise.all(workers)
  assert.deepEqual(
    got.sort((a, b) => a - b),
    Array.from({ length: 500 }, (_, i) => i * 2),
  )
  await Promise.all(pools.map((pool) => pool.terminate()))
})

test('putMany tells how many were accepted when there was no room for all', async () => {
  const q = new Queue<number>({ maxSize: 3 })
  const error = await failure(q.putMany([1, 2, 3, 4, 5], { timeout: 10 }))
  assert.ok(error instanceof Full && error.accepted === 3)
  assert.deepEqual(await q.getMany(10), [1, 2, 3])
})

test('a signal ends a wait with its reason, and takes nothing', async () => {
  const q = new Queue<number>()
  const stop = new AbortController()
  const waiting = q.get({ signal: stop.signal })
  const reason = new Error('enough')
  stop.abort(reason)
  assert.equal(await failure(waiting), reason)
  await q.put(1)
  assert.equal(await q.qsize(), 1)
})
