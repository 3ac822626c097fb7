// submit, workers and their initializer: EXE-01, EXE-07, EXE-10 to EXE-13, EXE-26 to EXE-29.
import assert from 'node:assert/strict'
import {
  BrokenExecutorError,
  BrokenProcessPoolError,
  BrokenThreadPoolError,
  InvalidOptionError,
  ProcessPoolExecutor,
  SetupError,
  ThreadPoolExecutor,
  cpuCount,
} from 'manyhands'
import { failForThree, identity, whoAmI } from '../fixtures/tasks/basic.ts'
import { failToSetUp, isCollected, keep, power, powerOf, readSetting, setUp } from '../fixtures/tasks/executors.ts'
import { passGate } from '../fixtures/tasks/gate.ts'
import { eachRunner, makeExecutor, openExecutor, shareExecutor } from '../helpers/executors.ts'
import { openGate } from '../helpers/gate.ts'
import { eachKind, range, rejection, row } from '../helpers/pools.ts'
import { collectWarnings } from '../helpers/warnings.ts'

eachRunner((kind) => {
  const shared = shareExecutor(kind)

  row('EXE-01 submit', async () => {
    const executor = shared()
    const future = executor.submit(power, 2, 8)
    assert.equal(await future.result(), 256)
    assert.equal(future.state, 'finished')
    // Ours: what Python passes by keyword is one object.
    assert.equal(await executor.submit(powerOf, { base: 2, exponent: 8 }), 256)
    assert.equal(await executor.submit((a: number, b: number) => a - b, 5, 3), 2)
    const module = new URL('../fixtures/tasks/executors.ts#power', import.meta.url)
    assert.equal(await executor.submit(module, 3, 2), 9)
    const nothing = undefined as unknown as () => void
    assert.throws(() => executor.submit(nothing), InvalidOptionError)
  })

  row('EXE-01 what is wrong with a call is told by its future', async () => {
    const executor = shared()
    assert.ok((await executor.submit(failForThree, 3).exception()) instanceof RangeError)
    const missing = executor.submit('./no-such-module.ts#task')
    assert.equal(((await missing.exception()) as Error).name, 'ModuleNotFoundError')
    if (kind !== 'inline') {
      for (const value of [() => {}, executor, missing]) {
        assert.equal(((await executor.submit(identity, value).exception()) as Error).name, 'NotSerializableError')
      }
    }
  })
})

eachKind((kind) => {
  const shared = shareExecutor(kind)

  row('EXE-07 max workers', async () => {
    for (const maxWorkers of [0, -1, 1.5]) {
      assert.throws(
        () => makeExecutor(kind, { maxWorkers }),
        (error) => {
          assert.ok(error instanceof InvalidOptionError)
          assert.equal(error.option, 'maxWorkers')
          return true
        },
      )
    }
    const standard = kind === 'thread' ? new ThreadPoolExecutor() : new ProcessPoolExecutor()
    assert.equal(standard.backend.size, kind === 'thread' ? Math.min(32, cpuCount() + 4) : cpuCount())
    await standard.shutdown()
    const named = kind === 'thread' ? new ThreadPoolExecutor({ workers: 3 }) : new ProcessPoolExecutor({ workers: 3 })
    assert.equal(named.backend.size, 3)
    await named.shutdown()
  })

  row('EXE-10 idle reuse', async (t) => {
    const executor = openExecutor(t, kind, { maxWorkers: 4 })
    for (const x of range(3)) assert.equal(await executor.submit(identity, x), x)
    assert.equal(executor.workers().length, 1)
  })

  row('EXE-11 saturation', async (t) => {
    const gate = await openGate(t)
    const executor = openExecutor(t, kind, { maxWorkers: 3 })
    const futures = range(45).map((name) => executor.submit(passGate, gate.path, name))
    await gate.arrivals(range(3))
    assert.equal(executor.workers().length, 3)
    assert.deepEqual(
      futures.map((future) => future.running()),
      range(45).map((name) => name < 3),
    )
    gate.open()
    await Promise.all(futures)
    assert.equal(executor.workers().length, 3)
  })

  row('EXE-12 max tasks per child', async (t) => {
    const executor = openExecutor(t, kind, { maxWorkers: 1, maxTasksPerChild: 3 })
    const ids = []
    for (const _ of range(7)) ids.push(await executor.submit(whoAmI))
    assert.equal(new Set(ids.slice(0, 3)).size, 1)
    assert.equal(new Set(ids.slice(3, 6)).size, 1)
    assert.equal(new Set(ids).size, 3)
    assert.throws(() => makeExecutor(kind, { maxTasksPerChild: 0 }), InvalidOptionError)
  })

  row('EXE-12 max tasks per child, early shutdown', async (t) => {
    const executor = openExecutor(t, kind, { maxWorkers: 3, maxTasksPerChild: 1 })
    const futures = range(6).map((x) => executor.submit(identity, x))
    await executor.shutdown()
    assert.deepEqual(await Promise.all(futures), range(6))
    assert.equal(executor.workers().length, 6)
  })

  row('EXE-13 initializer', async (t) => {
    const executor = openExecutor(t, kind, { initializer: setUp, initializerArgs: ['ready'] })
    const settings = await Promise.all(range(20).map(() => executor.submit(readSetting)))
    assert.deepEqual(new Set(settings), new Set(['ready']))
  })

  row('EXE-13 initializer throws', async (t) => {
    const warnings = collectWarnings(t)
    const executor = openExecutor(t, kind, { initializer: failToSetUp, initializerArgs: ['no luck'] })
    const Broken = kind === 'thread' ? BrokenThreadPoolError : BrokenProcessPoolError
    const futures = [
      ...range(5).map((x) => executor.submit(identity, x)),
      executor.submit(readSetting),
      executor.with({ timeout: '10s' }).submit(whoAmI),
    ]
    const mapped = executor.map(identity, range(5))
    for (const future of futures) {
      const error = await future.exception()
      assert.ok(error instanceof Broken && error instanceof BrokenExecutorError)
      assert.ok(error.cause instanceof SetupError)
      assert.equal((error.cause.cause as Error).message, 'no luck')
    }
    assert.ok((await rejection(mapped.next())) instanceof Broken)
    assert.throws(() => executor.submit(identity, 1), Broken)
    assert.throws(() => executor.map(identity, [1]), Broken)
    const [warning] = await warnings(1)
    assert.ok(warning instanceof Broken)
    await executor.shutdown()
    assert.equal((await warnings(1)).length, 1)
  })

  // The error of a task's own setup, and that of a pool inside a task, say nothing about this executor.
  row('EXE-13 other setups that fail break nothing', async (t) => {
    const executor = openExecutor(t, kind, { initializer: setUp, initializerArgs: ['ready'] })
    const nested = executor.submit(async () => {
      const { ThreadPoolExecutor: Inner } = await import('manyhands')
      const initializer = (): void => {
        throw new RangeError('inside')
      }
      const inner = new Inner({ maxWorkers: 1, initializer, output: 'ignore' })
      process.on('warning', () => {})
      try {
        await inner.submit(() => 1)
      } finally {
        await inner.shutdown()
      }
    })
    const error = await nested.exception()
    assert.equal((error as Error).name, 'BrokenThreadPoolError')
    assert.equal(await executor.submit(readSetting), 'ready')
  })

  row('EXE-26 worker names', async (t) => {
    const gate = await openGate(t)
    gate.open()
    const named = openExecutor(t, kind, { maxWorkers: 5, name: 'SpecialPool_' })
    await Promise.all(range(5).map((name) => named.submit(passGate, gate.path, name)))
    assert.match(
      named
        .workers()
        .map(({ name }) => name)
        .toSorted()
        .join(),
      /^SpecialPool_000(,SpecialPool_00[1-4])*$/,
    )
    const standard = openExecutor(t, kind)
    const other = openExecutor(t, kind)
    await Promise.all([standard.submit(identity, 1), other.submit(identity, 1)])
    const names = [standard, other].map((executor) => executor.workers()[0]?.name)
    if (kind === 'process') assert.deepEqual(names, ['P000', 'P000'])
    else {
      for (const name of names) assert.match(String(name), /^ThreadPoolExecutor-\d+_000$/)
      assert.notEqual(names[0], names[1])
    }
  })

  row('EXE-27 stacks of both sides', async () => {
    const error = (await shared().submit(failForThree, 3).exception()) as Error
    assert.ok(error instanceof RangeError)
    assert.equal(error.message, 'no 3')
    assert.match(String(error.stack), /fixtures\/tasks\/basic\.ts/)
    assert.match(String(error.stack), /executors\/submit\.test\.ts/)
    const mapped = await rejection(shared().map(failForThree, [3]).next())
    assert.match(String(mapped.stack), /fixtures\/tasks\/basic\.ts/)
    assert.match(String(mapped.stack), /executors\/submit\.test\.ts/)
  })

  row('EXE-28 arguments are released', async (t) => {
    const executor = openExecutor(t, kind, { maxWorkers: 1 })
    await executor.submit(keep, { large: new Uint8Array(1 << 20) })
    while (!(await executor.submit(isCollected)));
  })

  row('EXE-29 a hundred fast calls', async () => {
    for (let round = 0; round < 5; round++) {
      const futures = range(100).map((x) => shared().submit(identity, x))
      // The owner is slow to look at what comes back.
      const end = performance.now() + 20
      while (performance.now() < end);
      assert.deepEqual(await Promise.all(futures), range(100))
    }
  })
})
