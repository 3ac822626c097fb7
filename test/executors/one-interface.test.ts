// S4-25: what runs calls has one interface, and these tests hold for all that has it: pools of threads and of
// processes, both executors, and the executor that runs calls on this thread. First as an `Executor`, which gives
// promises, then with the futures of `concurrent.futures`, which every one of them can be given.
import assert from 'node:assert/strict'
import { type TestContext, describe } from 'node:test'
import {
  type CallInfo,
  CancelledError,
  type Executor,
  FuturesExecutor,
  InProcessExecutor,
  NotAFunctionError,
  Pool,
  PoolClosedError,
  PoolTerminatedError,
  ProcessPoolExecutor,
  SetupError,
  TaskTimeoutError,
  ThreadPoolExecutor,
  asCompleted,
  wait,
} from 'manyhands'
import { failForThree, identity, later, square, whoAmI } from '../fixtures/tasks/basic.ts'
import { failInSetup, power, reportProgress } from '../fixtures/tasks/executors.ts'
import { passGate, waitForEver, watchSignal } from '../fixtures/tasks/gate.ts'
import { openGate } from '../helpers/gate.ts'
import { assertNothingLeft, collect, range, rejection, row } from '../helpers/pools.ts'

const subjects: Record<string, () => FuturesExecutor> = {
  'Pool of threads': () => new FuturesExecutor(new Pool({ workers: 2 })),
  'Pool of processes': () => new FuturesExecutor(new Pool({ workers: 2, kind: 'process' })),
  ThreadPoolExecutor: () => new ThreadPoolExecutor({ maxWorkers: 2 }),
  ProcessPoolExecutor: () => new ProcessPoolExecutor({ maxWorkers: 2 }),
  InProcessExecutor: () => new FuturesExecutor(new InProcessExecutor({ workers: 2 })),
}

for (const [name, make] of Object.entries(subjects)) {
  const open = (t: TestContext): FuturesExecutor => {
    const executor = make()
    t.after(async () => {
      await executor.terminate()
      assertNothingLeft(executor)
    })
    return executor
  }
  const openBackend = (t: TestContext): Executor => open(t).backend

  describe(name, () => {
    row('S4-25 submit: results, errors, arguments', async (t) => {
      const executor = openBackend(t)
      assert.equal(executor.size, 2)
      assert.equal(await executor.submit(power, [2, 8]), 256)
      assert.deepEqual(await Promise.all(range(50).map((x) => executor.submit(later, [x]))), range(50))
      const error = await rejection(executor.submit(failForThree, [3]))
      assert.ok(error instanceof RangeError)
      assert.equal(error.message, 'no 3')
      assert.match(String(error.stack), /fixtures\/tasks\/basic\.ts/)
      const module = new URL('../fixtures/tasks/basic.ts', import.meta.url).href
      assert.equal(await executor.submit(`${module}#square`, [3]), 9)
      assert.equal((await rejection(executor.submit(`${module}#missing`, []))).name, 'ExportNotFoundError')
      const notAFunction = new URL('../fixtures/tasks/executors.ts#version', import.meta.url)
      assert.ok((await rejection(executor.submit(notAFunction, []))) instanceof NotAFunctionError)
      assert.ok((await rejection(executor.submit(failInSetup, [1]))) instanceof SetupError)
      assert.equal(await executor.submit(square, [4]), 16)
    })

    row('S4-25 submit: what is told of a call', async (t) => {
      const executor = openBackend(t)
      const told: unknown[] = []
      let info: CallInfo | undefined
      const before = Date.now()
      assert.equal(
        await executor.submit(reportProgress, [2], {
          onStart: () => told.push('start'),
          onProgress: (step) => told.push(step),
          onSettled: (settled) => (info = settled),
        }),
        2,
      )
      assert.deepEqual(told, ['start', 1, 2])
      const [worker] = executor.workers()
      assert.ok(worker && info)
      assert.deepEqual([info.worker, info.pid], [worker.name, worker.pid])
      // The worker's clock is another one, which counts from its own start.
      assert.ok(info.startedAt > before - 1000 && info.startedAt < Date.now() + 1000)
      assert.ok(info.duration >= 0)
      assert.deepEqual([worker.done, worker.failed, worker.current, worker.state], [1, 0, null, 'idle'])
    })

    row('S4-25 room and workers while calls run', async (t) => {
      const gate = await openGate(t)
      const executor = openBackend(t)
      assert.equal(executor.room(), 2)
      const calls = range(2).map((name) => executor.submit(passGate, [gate.path, name]))
      await gate.arrivals(range(2))
      assert.equal(executor.room(), 0)
      const busy = executor.workers().filter(({ state }) => state === 'busy')
      assert.ok(busy.length > 0 && busy.every(({ current }) => current?.input === gate.path))
      gate.open()
      assert.deepEqual(await Promise.all(calls), range(2))
      assert.ok(executor.room() >= 2)
    })

    row('S4-25 time limits and signals', async (t) => {
      const gate = await openGate(t)
      const executor = openBackend(t)
      const limited = await rejection(executor.submit(waitForEver, [gate.path, 'limited'], { timeout: '200ms' }))
      assert.ok(limited instanceof TaskTimeoutError)

      const reason = new Error('enough')
      const aborted = executor.submit(identity, [1], { signal: AbortSignal.abort(reason) })
      assert.equal(await rejection(aborted), reason)

      const controller = new AbortController()
      const { signal } = controller
      const running = range(2).map((name) => executor.submit(watchSignal, [gate.path, name], { signal }))
      await gate.arrivals(range(2))
      const waiting = executor.submit(passGate, [gate.path, 'waiting'], { signal })
      controller.abort(reason)
      for (const call of [...running, waiting]) assert.equal(await rejection(call), reason)
      await gate.arrivals(['aborted 0', 'aborted 1'])
      assert.equal(await executor.submit(square, [5]), 25)
      assert.equal(gate.visitor('waiting'), undefined)
    })

    row('S4-25 close finishes, terminate rejects', async (t) => {
      const closing = openBackend(t)
      const calls = range(20).map((x) => closing.submit(later, [x]))
      await closing.close()
      assert.deepEqual(await Promise.all(calls), range(20))
      assert.ok(closing.workers().every(({ state }) => state === 'ended'))
      assert.ok((await rejection(closing.submit(later, [1]))) instanceof PoolClosedError)
      assert.equal(closing.room(), 0)
      await closing.close()

      const gate = await openGate(t)
      const ending = openBackend(t)
      const running = ending.submit(waitForEver, [gate.path, 'a'])
      const pending = range(5).map(() => ending.submit(waitForEver, [gate.path, 'b']))
      const errors = Promise.all([running, ...pending].map(rejection))
      await gate.arrival('a')
      await ending[Symbol.asyncDispose]()
      for (const error of await errors) assert.ok(error instanceof PoolTerminatedError)
    })

    row('S4-25 futures', async (t) => {
      const executor = open(t)
      const futures = range(20).map((x) => executor.submit(square, x))
      assert.deepEqual(await Promise.all(futures), range(20).map(square))
      const { done } = await wait([executor.submit(failForThree, 3), ...futures], { returnWhen: 'first-exception' })
      assert.ok(done.size >= 20)
      let sum = 0
      for await (const future of asCompleted(range(10).map((x) => executor.submit(square, x)))) sum += await future
      assert.equal(sum, 285)
      assert.deepEqual(await collect(executor.map(power, [1, 2, 3], [2, 2, 2])), [1, 4, 9])
      const controller = new AbortController()
      controller.abort()
      const cancelled = executor.with({ signal: controller.signal }).submit(square, 1)
      assert.ok((await rejection(cancelled)) instanceof CancelledError)
      await executor.shutdown()
      assert.throws(() => executor.submit(square, 1), PoolClosedError)
    })

    row('S4-22 and S4-23 an executor as a block, its map in order', async (t) => {
      const executor = open(t)
      // Later inputs are done earlier.
      const delays = range(8).map((x) => 16 - 2 * x)
      const results = await collect(
        executor.map(
          (delay: number) =>
            new Promise<number>((resolve) => {
              setTimeout(resolve, delay, delay)
            }),
          delays,
          { chunkSize: 1 },
        ),
      )
      assert.deepEqual(results, delays)
      await executor[Symbol.asyncDispose]()
      assert.ok(executor.workers().every(({ state }) => state === 'ended'))
    })
  })
}

row('S4-23 threads are threads of this process, processes are not', async (t) => {
  for (const executor of [new ThreadPoolExecutor({ maxWorkers: 2 }), new ProcessPoolExecutor({ maxWorkers: 2 })]) {
    t.after(() => executor.terminate())
    const id = await executor.submit(whoAmI)
    const [pid, threadId] = id.split('/').map(Number)
    const isThread = executor instanceof ThreadPoolExecutor
    assert.equal(pid === process.pid, isThread)
    assert.equal(threadId !== 0, isThread)
    await executor.shutdown()
  }
})
