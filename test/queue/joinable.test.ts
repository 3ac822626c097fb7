// CONFORMANCE.md, tables JQ, SQ and TQ; CHECKLIST S1-14, S1-B3, S1-B4.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  JoinableQueue,
  LifoQueue,
  OwnerDiedError,
  type Pool,
  PriorityQueue,
  Queue,
  ShutDown,
  SimpleQueue,
  TimeoutError,
} from 'manyhands'
import { type Assert, everywhere, failure, overWorkers, until } from '../fixtures/pools.ts'

overWorkers(
  'JQ-01 S1-14 join resolves after the last taskDone',
  async (pool) => {
    const q = new JoinableQueue<number | null>()
    let joined = false
    const work = async (queue: JoinableQueue<number | null>) => {
      let done = 0
      for (let item = await queue.get(); item !== null; item = await queue.get()) {
        await queue.taskDone()
        done++
      }
      await queue.taskDone()
      return done
    }
    await q.putMany([0, 1, 2, 3, 4, 5, 6, 7, 8])
    const join = q.join().then(() => (joined = true))
    await q.put(9)
    assert.equal(joined, false)
    const workers = [1, 2, 3, 4].map(() => pool.apply(work, [q]))
    await join
    assert.equal(await q.unfinishedTasks(), 0)
    await q.putMany([null, null, null, null])
    const counts = await Promise.all(workers)
    assert.equal(
      counts.reduce((a, b) => a + b, 0),
      10,
    )
  },
  4,
)

everywhere(
  'JQ-02 TQ-05 taskDone too often',
  () => [new JoinableQueue<number>()],
  async (q) => {
    const assert: Assert = (await import('node:assert/strict')).default
    await assert.rejects(q.taskDone(), { code: 'ERR_INVALID_STATE', message: /called too many times/ })
    await q.put(1)
    await q.get()
    await q.taskDone()
    await assert.rejects(q.taskDone(), { message: /called too many times/ })
  },
)

everywhere(
  'JQ-03 JQ-04 TQ-06 join, and join again',
  () => [new JoinableQueue<number>()],
  async (q) => {
    await q.join()
    for (let round = 0; round < 2; round++) {
      await q.put(round)
      const joined = q.join()
      await q.get()
      await q.taskDone()
      await joined
    }
  },
)

overWorkers(
  'JQ-05 all who join are woken',
  async (pool) => {
    const q = new JoinableQueue<number>()
    await q.put(1)
    const joins = [q.join(), ...[1, 2, 3].map(() => pool.apply((queue: JoinableQueue<number>) => queue.join(), [q]))]
    await q.get()
    await q.taskDone()
    await Promise.all(joins)
  },
  3,
)

everywhere(
  'JQ-06 the count of what is unfinished',
  () => [new JoinableQueue<number>()],
  async (q) => {
    const assert: Assert = (await import('node:assert/strict')).default
    await q.putMany([1, 2, 3])
    await q.get()
    await q.taskDone()
    assert.equal(await q.unfinishedTasks(), 2)
  },
)

/**
 * Dies with the first item it gets, if that is the one to die of; else marks items done until the queue is shut down.
 */
async function dieWith(queue: JoinableQueue<string>, deadly: string): Promise<string[]> {
  const done: string[] = []
  for await (const item of queue) {
    if (item === deadly) process.exit(9)
    done.push(item)
    await queue.taskDone()
  }
  return done
}

overWorkers('JQ-07 S1-B4 what a worker died with goes to another one, first of all', async (pool) => {
  const q = new JoinableQueue<string>()
  await q.putMany(['a', 'b'])
  const dying = await failure(
    pool.apply(
      async (queue: JoinableQueue<string>) => {
        await queue.get()
        process.exit(9)
      },
      [q],
    ),
  )
  assert.equal(dying.name, 'WorkerDiedError')
  const work = pool.apply(dieWith, [q, 'nothing'])
  await q.join({ timeout: 5000 })
  await q.shutdown()
  assert.deepEqual(await work, ['a', 'b'])
})

overWorkers('JQ-07 an item that every worker dies of is given up, and join says so', async (pool) => {
  const q = new JoinableQueue<string>({ attempts: 2 })
  const joining = q
    .put('good')
    .then(() => q.put('bad'))
    .then(() => failure(q.join()))
  const errors = [await failure(pool.apply(dieWith, [q, 'bad'])), await failure(pool.apply(dieWith, [q, 'bad']))]
  assert.deepEqual(
    errors.map(({ name }) => name),
    ['WorkerDiedError', 'WorkerDiedError'],
  )
  const error = await joining
  assert.ok(error instanceof OwnerDiedError)
  assert.match(error.message, /^1 items .* given up/)
  assert.equal((await q.stats()).lost, 1)
  await q.join()
})

test('JQ-07 join with a timeout', async () => {
  const q = new JoinableQueue<number>()
  await q.put(1)
  await assert.rejects(q.join({ timeout: 20 }), TimeoutError)
})

overWorkers('S1-B3 a job that throws is done all the same: taskDone belongs into finally', async (pool) => {
  const q = new JoinableQueue<number>()
  const errors = new Queue<string>()
  const work = async (queue: JoinableQueue<number>, failed: Queue<string>) => {
    let done = 0
    for await (const job of queue) {
      try {
        if (job === 3) throw new Error('job 3')
        done++
      } catch (error) {
        await failed.put((error as Error).message)
      } finally {
        await queue.taskDone()
      }
    }
    return done
  }
  const workers = [pool.apply(work, [q, errors]), pool.apply(work, [q, errors])]
  await q.putMany([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  await q.join()
  await q.shutdown()
  const [a = 0, b = 0] = await Promise.all(workers)
  assert.deepEqual([a + b, await errors.getNowait()], [9, 'job 3'])
})

test('SQ-01 a SimpleQueue has get, put, empty and close, and no more', () => {
  const names = Object.getOwnPropertyNames(SimpleQueue.prototype)
    .filter((name) => name !== 'constructor')
    .sort()
  assert.deepEqual(names, ['close', 'empty', 'get', 'getSync', 'put', 'putSync'])
})

everywhere(
  'SQ-02 SQ-03 SQ-04 empty, closed, and what cannot be sent',
  () => [new SimpleQueue()],
  async (q) => {
    const assert: Assert = (await import('node:assert/strict')).default
    assert.equal(await q.empty(), true)
    await q.put(1)
    assert.equal(await q.empty(), false)
    await assert.rejects(
      q.put(() => 1),
      { code: 'ERR_NOT_SERIALIZABLE' },
    )
    assert.equal(await q.get(), 1)
    assert.equal(await q.empty(), true)
    q.close()
    q.close()
    await assert.rejects(q.empty(), { message: /is closed/ })
  },
)

overWorkers('SQ-05 put waits while nobody reads and the queue is as full as a pipe', async (pool) => {
  const q = new SimpleQueue<Uint8Array>()
  const producer = pool.apply(
    async (queue: SimpleQueue<Uint8Array>) => {
      for (let i = 0; i < 100; i++) await queue.put(new Uint8Array(10_000))
      return 'done'
    },
    [q],
  )
  await until(async () => !(await q.empty()))
  await new Promise((resolve) => setTimeout(resolve, 50))
  let settled = false
  void producer.then(() => (settled = true))
  for (let i = 0; i < 90; i++) {
    await q.get()
    if (i === 0) assert.equal(settled, false)
  }
  for (let i = 90; i < 100; i++) await q.get()
  assert.equal(await producer, 'done')
})

const ofEachOrder = () => [new Queue<number>(), new LifoQueue<number>(), new PriorityQueue<number>()]
everywhere('TQ-01 order: first in first out, last in first out, lowest first', ofEachOrder, async (...queues) => {
  const assert: Assert = (await import('node:assert/strict')).default
  const orders: number[][] = []
  for (const q of queues) {
    for (const n of [111, 333, 222]) await q.put(n)
    orders.push([await q.get(), await q.get(), await q.get()])
  }
  assert.deepEqual(orders, [
    [111, 333, 222],
    [222, 333, 111],
    [111, 222, 333],
  ])
})

test('TQ-01 a PriorityQueue takes tuples, objects, a function, and keeps the order of equals', async () => {
  const tuples = new PriorityQueue<[number, string]>()
  await tuples.putMany([
    [2, 'b'],
    [1, 'z'],
    [1, 'a'],
    [0, 'x'],
  ])
  assert.deepEqual(await tuples.getMany(4), [
    [0, 'x'],
    [1, 'a'],
    [1, 'z'],
    [2, 'b'],
  ])
  const objects = new PriorityQueue<{ priority: number; name: string }>()
  await objects.putMany([
    { priority: 5, name: 'a' },
    { priority: 1, name: 'b' },
    { priority: 5, name: 'c' },
  ])
  assert.deepEqual(
    (await objects.getMany(3)).map(({ name }) => name),
    ['b', 'a', 'c'],
  )
  const longest = new PriorityQueue<string>({ priority: (text) => -text.length })
  await longest.putMany(['a', 'ccc', 'bb'])
  assert.deepEqual(await longest.getMany(3), ['ccc', 'bb', 'a'])
})

test('TQ-14 a put that fails leaves the queue undamaged', async () => {
  const q = new PriorityQueue()
  await q.put(2)
  await assert.rejects(async () => q.put(Number.NaN), { code: 'ERR_INVALID_OPTION' })
  await assert.rejects(q.put({ priority: 1, run: () => 1 }), { code: 'ERR_NOT_SERIALIZABLE' })
  await q.put(1)
  assert.deepEqual(await q.getMany(5), [1, 2])
})

for (const Class of [Queue, LifoQueue, PriorityQueue] as const) {
  const ofTwo = () => [new Class<number>({ maxSize: 2 })] as const
  everywhere(`TQ-02 full and empty (${Class.name})`, ofTwo, async (q: Queue<number>) => {
    const assert: Assert = (await import('node:assert/strict')).default
    await assert.rejects(q.getNowait(), { name: 'Empty' })
    await assert.rejects(q.get({ timeout: 10 }), { name: 'Empty' })
    await q.put(1)
    assert.deepEqual([await q.empty(), await q.full()], [false, false])
    await q.put(2)
    assert.equal(await q.full(), true)
    await assert.rejects(q.putNowait(3), { name: 'Full' })
    await assert.rejects(q.put(3, { timeout: 10 }), { name: 'Full' })
  })
}

test('TQ-03 a timeout that is no duration', async () => {
  await assert.rejects(async () => new Queue().get({ timeout: 'soon' }), { code: 'ERR_INVALID_OPTION' })
  assert.throws(() => new Queue({ maxSize: -1 }), { code: 'ERR_INVALID_OPTION' })
})

everywhere(
  'TQ-04 a limit below what is in it',
  () => [new Queue<number>({ maxSize: 3 })],
  async (q) => {
    const assert: Assert = (await import('node:assert/strict')).default
    await q.putMany([1, 2, 3])
    await q.setMaxSize(2)
    await assert.rejects(q.putNowait(4), { name: 'Full' })
    await q.get()
    await assert.rejects(q.putNowait(4), { name: 'Full' })
    await q.get()
    await q.putNowait(4)
  },
)

everywhere(
  'TQ-07 TQ-08 TQ-10 shutdown',
  () => [new Queue<number>(), new Queue<number>()],
  async (empty, other) => {
    const assert: Assert = (await import('node:assert/strict')).default
    await empty.shutdown()
    await assert.rejects(empty.put(1), { name: 'ShutDown' })
    await assert.rejects(empty.get(), { name: 'ShutDown' })
    await assert.rejects(empty.getNowait(), { name: 'ShutDown' })
    await other.put(1)
    await other.shutdown()
    assert.equal(await other.get(), 1)
    await assert.rejects(other.get(), { name: 'ShutDown' })
    await other.shutdown()
    await other.shutdown({ immediate: true })
    assert.equal((await other.stats()).isShutdown, true)
  },
)

everywhere(
  'TQ-09 shutdown at once: nothing more to get or to join',
  () => [new JoinableQueue<number>()],
  async (q) => {
    const assert: Assert = (await import('node:assert/strict')).default
    await q.putMany([1, 2])
    const joined = q.join()
    await q.shutdown({ immediate: true })
    await joined
    await assert.rejects(q.get(), { name: 'ShutDown' })
    await assert.rejects(q.taskDone(), { message: /too many times/ })
  },
)

test('TQ-11 TQ-12 shutdown and those who wait: getter, putter, joiner', async () => {
  const q = new JoinableQueue<number>({ maxSize: 1 })
  await q.put(1)
  const putter = failure(q.put(2))
  let joined = false
  const joiner = q.join().then(() => (joined = true))
  await q.shutdown()
  assert.ok((await putter) instanceof ShutDown)
  assert.equal(await q.get(), 1)
  assert.equal(joined, false)
  await q.taskDone()
  await joiner
  assert.equal(joined, true)
})

async function readAll(pool: Pool, q: Queue<number>): Promise<number> {
  return pool.apply(
    async (queue: Queue<number>) => {
      let count = 0
      for await (const _ of queue) count++
      return count
    },
    [q],
  )
}

for (const immediate of [false, true]) {
  overWorkers(
    `TQ-13 writers and readers at a shutdown ${immediate ? 'at once' : 'in order'}`,
    async (pool) => {
      const q = new Queue<number>({ maxSize: 100 })
      const readers = [readAll(pool, q), readAll(pool, q)]
      const writers = [1, 2].map(() =>
        pool.apply(
          async (queue: Queue<number>) => {
            let count = 0
            try {
              for (; count < 16_384; count++) await queue.put(count)
            } catch (error) {
              if ((error as Error).name !== 'ShutDown') throw error
            }
            return count
          },
          [q],
        ),
      )
      await until(async () => (await q.stats()).gets > 1000)
      await q.shutdown({ immediate })
      const written = (await Promise.all(writers)).reduce((a, b) => a + b, 0)
      const read = (await Promise.all(readers)).reduce((a, b) => a + b, 0)
      assert.equal(await q.qsize(), 0)
      if (immediate) assert.ok(read <= written)
      else assert.equal(read, written)
    },
    4,
  )
}

overWorkers('TQ-15 a SimpleQueue with many users gives every item once', async (pool) => {
  const q = new SimpleQueue<number>()
  const [producers, consumers] = [10, 10]
  const produce = async (queue: SimpleQueue<number>, from: number) => {
    for (let i = 0; i < 50; i++) await queue.put(from * 50 + i)
    return [] as number[]
  }
  const puts = Array.from({ length: producers }, (_, p) => pool.apply(produce, [q, p]))
  const gets = Array.from({ length: consumers }, async () => {
    const got: number[] = []
    for (let i = 0; i < 50; i++) got.push(await q.get())
    return got
  })
  const got = (await Promise.all(gets)).flat()
  await Promise.all(puts)
  assert.deepEqual(
    got.sort((a, b) => a - b),
    Array.from({ length: 500 }, (_, i) => i),
  )
})
