// CHECKLIST S1: job, result and log queues, named workers, an order of shutdown; and what its lessons ask of them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Connection, JoinableQueue, Pipe, Pool, Queue } from 'manyhands'
import { failure, overWorkers, until } from '../fixtures/pools.ts'

interface Job {
  readonly idx: number
  readonly s: number
}

/** One worker of the template: takes jobs until its command pipe says "exit", and tells the log what it does. */
async function worker(
  name: string,
  jobs: JoinableQueue<Job>,
  results: Queue<[string, number]>,
  log: JoinableQueue<[number, string]>,
  commands: Connection<string>,
): Promise<void> {
  const stop = new AbortController()
  const commanded = commands.recv().then((command) => stop.abort(command))
  for (;;) {
    let job: Job
    try {
      job = await jobs.get({ signal: stop.signal })
    } catch {
      break
    }
    try {
      await new Promise((resolve) => setTimeout(resolve, job.s))
      await results.put([name, job.idx])
    } finally {
      await jobs.taskDone()
    }
  }
  await commanded
  await log.put([0, `${name}: "${String(stop.signal.reason)}" command received.`])
  await log.put([0, `${name}: Exit.`])
}

overWorkers('S1-02 to S1-14 S1-B5 the template: every result, the log in order, and its end', async (pool) => {
  const [jobs, results, log] = [
    new JoinableQueue<Job>(),
    new Queue<[string, number]>(),
    new JoinableQueue<[number, string]>(),
  ]
  const lines: string[] = []
  const print = async (line: string) => log.put([0, `Main: ${line}`])
  const logger = (async () => {
    for await (const [level, line] of log) {
      if (level >= 0) lines.push(line)
      await log.taskDone()
    }
  })()
  await print('log worker started')
  const commands = [Pipe<string>({ duplex: false }), Pipe<string>({ duplex: false })]
  const workers = commands.map(([receiver], i) => pool.apply(worker, [`P00${i}`, jobs, results, log, receiver]))
  await print('workers started')
  await jobs.putMany(Array.from({ length: 10 }, (_, idx) => ({ idx, s: 5 })))
  await log.put([-1, 'below the level'])
  await print('all jobs put')
  await jobs.join()
  await print('all jobs done')
  for (const [, sender] of commands) await sender.send('exit')
  await Promise.all(workers)
  await print('workers joined')
  assert.deepEqual(
    (await results.getMany(10)).map(([, idx]) => idx).sort((a, b) => a - b),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  )
  await log.join()
  await log.shutdown()
  await logger
  const main = lines.filter((line) => line.startsWith('Main: '))
  assert.deepEqual(
    main,
    ['log worker started', 'workers started', 'all jobs put', 'all jobs done', 'workers joined'].map(
      (line) => `Main: ${line}`,
    ),
  )
  for (const name of ['P000', 'P001']) {
    assert.deepEqual(
      lines.filter((line) => line.startsWith(name)),
      [`${name}: "exit" command received.`, `${name}: Exit.`],
    )
  }
  assert.equal(lines.length, 9)
})

overWorkers('S1-15 S1-16 results read late, after the workers are gone, are all there', async (pool) => {
  const results = new Queue<Uint8Array>()
  await Promise.all(
    [0, 1].map((id) =>
      pool.apply(
        async (queue: Queue<Uint8Array>, me: number) => {
          for (let i = 0; i < 50; i++) await queue.put(new Uint8Array(100_000).fill(me))
        },
        [results, id],
      ),
    ),
  )
  await pool.terminate()
  const counts = [0, 0]
  for (let i = 0; i < 100; i++) {
    const bytes = await results.get({ timeout: 5000 })
    const [id = 0] = bytes
    assert.ok(bytes.length === 100_000 && bytes.every((byte) => byte === id))
    counts[id] = (counts[id] ?? 0) + 1
  }
  assert.deepEqual(counts, [50, 50])
})

overWorkers(
  'S1-B10 shutdown finishes what is queued, an immediate one drops it',
  async (pool) => {
    const count = async (queue: Queue<number>) => {
      let items = 0
      for await (const _ of queue) {
        await new Promise((resolve) => setTimeout(resolve, 2))
        items++
      }
      return items
    }
    for (const immediate of [false, true]) {
      const q = new Queue<number>()
      await q.putMany(Array.from({ length: 40 }, (_, i) => i))
      const counted = pool.apply(count, [q])
      await until(async () => (await q.stats()).gets > 2)
      await q.shutdown({ immediate })
      const items = await counted
      assert.ok(immediate ? items < 40 : items === 40, `${items} items`)
    }
  },
  1,
)

overWorkers(
  'S1-B6 whole lines in one log, those of each worker in their order',
  async (pool) => {
    const log = new Queue<string>({ maxSize: 100 })
    const write = async (queue: Queue<string>, name: number) => {
      for (let i = 0; i < 500; i++) await queue.put(`${name} ${i} ${'x'.repeat(200)}`)
    }
    const writers = Promise.all([0, 1, 2, 3].map((name) => pool.apply(write, [log, name]))).then(() => log.shutdown())
    const next = [0, 0, 0, 0]
    for await (const line of log) {
      const [name = 0, i = 0] = line.split(' ').map(Number)
      assert.equal(line, `${name} ${next[name]} ${'x'.repeat(200)}`)
      next[name] = i + 1
    }
    await writers
    assert.deepEqual(next, [500, 500, 500, 500])
  },
  4,
)

test('S1-B2 idle is free: waiting getters and lock waiters use no processor time', { timeout: 30_000 }, async () => {
  const { Lock } = await import('manyhands')
  const pool = new Pool({ workers: 4, kind: 'thread' })
  const [q, lock] = [new Queue<number>(), new Lock()]
  await lock.acquire()
  const idle = async (queue: Queue<number>, held: typeof lock, blocking: boolean) => {
    const waits = [queue.get(), queue.get(), held.acquire()]
    if (blocking) queue.getSync()
    await Promise.all(waits)
  }
  const calls = [0, 1, 2, 3].map((n) => failure(pool.apply(idle, [q, lock, n % 2 === 0])))
  await until(async () => (await q.stats()).getters === 10)
  await new Promise((resolve) => setTimeout(resolve, 100))
  const before = process.cpuUsage()
  await new Promise((resolve) => setTimeout(resolve, 1000))
  const { user, system } = process.cpuUsage(before)
  // Threads count to this process. A single one that polled would use a hundred times as much.
  assert.ok(user + system < 50_000, `${user + system} microseconds in a second`)
  await pool.terminate()
  await Promise.all(calls)
})
