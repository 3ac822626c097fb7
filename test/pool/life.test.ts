// Opening, closing and ending pools: POOL-35 to POOL-43, POOL-45 to POOL-48, POOL-51 to POOL-53, POOL-57.
import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  InvalidOptionError,
  InvalidStateError,
  NotSerializableError,
  Pool,
  PoolClosedError,
  PoolTerminatedError,
} from 'manyhands'
import { identity, sleep, square, whoAmI } from '../fixtures/tasks/basic.ts'
import { passGate } from '../fixtures/tasks/gate.ts'
import { initialize, initialized } from '../fixtures/tasks/setup.ts'
import { death, isAlive } from '../helpers/alive.ts'
import { openGate } from '../helpers/gate.ts'
import { assertNothingLeft, eachKind, openPool, range, rejection, row } from '../helpers/pools.ts'
import { runScript, startScript } from '../helpers/script.ts'

eachKind((kind) => {
  row('POOL-35 close then join', async (t) => {
    const pool = openPool(t, { kind })
    const results = pool.mapAsync(square, range(1000))
    const single = pool.applyAsync(square, [5])
    void pool.close()
    await pool.join()
    assert.deepEqual(await results, range(1000).map(square))
    assert.equal(await single, 25)
    for (const { state, exitCode, signal, error } of pool.workers()) {
      assert.deepEqual([state, exitCode, signal, error], ['ended', 0, null, undefined])
    }
  })

  // Ours: a PoolClosedError.
  row('POOL-36 submit after close/terminate', async (t) => {
    for (const end of ['close', 'terminate'] as const) {
      const pool = openPool(t, { kind })
      await pool.apply(square, [1])
      const ended = pool[end]()
      for (const attempt of [
        () => pool.map(square, [1]),
        () => pool.starmap(square, [[1]]),
        () => pool.apply(square, [1]),
        () => pool.mapAsync(square, [1]).get(),
        () => pool.applyAsync(square, [1]).get(),
        () => pool.submit(square, [1]),
      ])
        assert.ok((await rejection(attempt())) instanceof PoolClosedError)
      assert.throws(() => pool.imap(square, [1]), PoolClosedError)
      assert.throws(() => pool.imapUnordered(square, [1]), PoolClosedError)
      assert.equal(pool.room(), 0)
      await ended
    }
  })

  // Ours: an InvalidStateError.
  row('POOL-37 join before close', async (t) => {
    const pool = openPool(t, { kind })
    const error = await rejection(pool.join())
    assert.ok(error instanceof InvalidStateError)
    assert.match(error.message, /still running/)
  })

  row('POOL-38 terminate at once', async (t) => {
    const pool = openPool(t, { kind })
    const result = pool.mapAsync(
      sleep,
      range(10_000).map(() => 100_000),
    )
    const calls = range(1000).map(() => pool.submit(sleep, [100_000]))
    const outcomes = Promise.allSettled(calls)
    await pool.terminate()
    assertNothingLeft(pool)
    assert.ok((await rejection(result)) instanceof PoolTerminatedError)
    for (const outcome of await outcomes) {
      assert.ok(outcome.status === 'rejected' && outcome.reason instanceof PoolTerminatedError)
    }
  })

  row('POOL-40 context manager', async () => {
    const pool = new Pool({ workers: 2, kind })
    await pool.map(square, range(10))
    const pending = pool.applyAsync(sleep, [100_000])
    await pool[Symbol.asyncDispose]()
    assertNothingLeft(pool)
    assert.ok((await rejection(pending)) instanceof PoolTerminatedError)
    assert.ok((await rejection(pool.apply(square, [1]))) instanceof PoolClosedError)
  })

  // Ours: no warning is needed. An idle pool, dropped or not, lets the program end, and its workers end with it.
  for (const how of ['idle', 'dropped', 'global', 'unused']) {
    const id = how === 'global' ? 'POOL-57 exit with live pool' : 'POOL-41 unclosed pool'
    row(`${id} (${how})`, async (t) => {
      const { code, signal, stdout, stderr } = await runScript(t, 'unclosed.ts', [kind, how])
      assert.deepEqual({ code, signal, stderr }, { code: 0, signal: null, stderr: '' })
      const [values = '', pids = '[]'] = stdout.split('\n')
      assert.equal(values, '[ 1, 4, 9 ]')
      // They see the end of their channel a moment after the program's.
      if (kind === 'process') for (const pid of JSON.parse(pids) as number[]) while (isAlive(pid)) await turn()
    })
  }

  row('POOL-57 exit with live pool (busy)', async (t) => {
    const gate = await openGate(t)
    const script = startScript(t, 'unclosed.ts', [kind, 'exit', gate.path])
    const [main, busy] = await gate.arrivals(['main', 'busy'])
    main?.release()
    const { code, signal, stderr } = await script.ended
    assert.deepEqual({ code, signal, stderr }, { code: 0, signal: null, stderr: '' })
    if (busy) await death(busy)
  })

  row('POOL-42 task refs released', async (t) => {
    const pool = openPool(t, { kind })
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    async function use(): Promise<WeakRef<object>[]> {
      const objects = range(10).map((x) => ({ x, bytes: new Uint8Array(1_000_000) }))
      await pool.map(identity, objects)
      await pool.apply(identity, [objects[0]])
      return objects.map((object) => new WeakRef(object))
    }
    const refs = await use()
    // A reference may live until the turn of the event loop ends, and one collection may leave an object for the next.
    for (let turn = 0; turn < 50 && refs.some((ref) => ref.deref() !== undefined); turn++) {
      await new Promise((resolve) => setImmediate(resolve))
      collect()
    }
    assert.deepEqual(
      refs.map((ref) => ref.deref()),
      range(10).map(() => undefined),
    )
  })

  row('POOL-43 initializer', async (t) => {
    for (const initializer of [5, null, {}] as unknown[]) {
      assert.throws(
        () => new Pool({ kind, initializer: initializer as string }),
        (error) => {
          return error instanceof InvalidOptionError && error.option === 'initializer'
        },
      )
    }
    const args = ['tea', 7n, undefined, new Map([[1, new Date(0)]])]
    const pool = openPool(t, { kind, initializer: initialize, initializerArgs: args })
    const seen = await pool.map(initialized, range(40), { chunkSize: 1 })
    for (const value of seen) assert.deepEqual(value, { args, times: 1 })
    const refused = openPool(t, { kind, initializer: initialize, initializerArgs: ['tea', { milk: () => {} }] })
    const error = await rejection(refused.map(initialized, range(3)))
    assert.match(error.message, /initializerArgs\[1\]\.milk is a function/)
  })

  row('POOL-45 maxTasksPerChild values', () => {
    for (const maxTasksPerWorker of [0, -1, 0.5, '12'] as number[]) {
      assert.throws(
        () => new Pool({ kind, maxTasksPerWorker }),
        (error) => {
          return error instanceof InvalidOptionError && error.option === 'maxTasksPerWorker'
        },
      )
    }
  })

  row('POOL-46 maxTasksPerChild counts chunks', async (t) => {
    for (const [chunkSize, least, most] of [
      [4, 1, 2],
      [1, 4, 5],
      [undefined, 4, 5],
    ] as const) {
      const pool = openPool(t, { kind, maxTasksPerWorker: 2 })
      const workers = await pool.map(whoAmI, range(8), { chunkSize })
      const counts = new Map<string, number>()
      for (const worker of workers) counts.set(worker, (counts.get(worker) ?? 0) + 1)
      assert.ok(counts.size >= least && counts.size <= most, `${counts.size} workers with chunkSize ${chunkSize}`)
      assert.ok(Math.max(...counts.values()) <= 2 * (chunkSize ?? 1))
    }
  })

  row('POOL-47 maxTasksPerChild + close', async (t) => {
    const pool = openPool(t, { kind, maxTasksPerWorker: 1 })
    const results = range(6).map((x) => pool.applyAsync(square, [x]))
    void pool.close()
    await pool.join()
    assert.deepEqual(await Promise.all(results), range(6).map(square))
    assert.equal(pool.workers().length, 6)
    assert.ok(pool.workers().every(({ done, exitCode }) => done === 1 && exitCode === 0))
  })

  row('POOL-48 worker replaced', async (t) => {
    const pool = openPool(t, { kind, maxTasksPerWorker: 3 })
    const gate = await openGate(t)
    await pool.map(square, range(12))
    const results = ['a', 'b'].map((name) => pool.apply(passGate, [gate.path, name]))
    const [first, second] = await gate.arrivals(['a', 'b'])
    first?.release()
    second?.release()
    assert.deepEqual(await Promise.all(results), ['a', 'b'])
    const names = pool.workers().map(({ name }) => name)
    assert.equal(new Set(names).size, names.length, 'no name is used twice')
    assert.ok(names.length >= 5)
  })

  row(
    'POOL-51 large pool',
    async (t) => {
      // Two hundred take longer than a test should where cores are few; CPython's are forks. The long form starts them.
      const workers = process.env['MANYHANDS_LONG'] ? 200 : 24
      const pool = openPool(t, { kind, workers })
      const gate = await openGate(t)
      const all = pool.starmap(
        passGate,
        range(workers).map((name) => [gate.path, name] as const),
      )
      await gate.arrivals(range(workers))
      gate.open()
      await all
      assert.equal(pool.workers().length, workers)
      const squares = await pool.map(square, range(1000))
      assert.equal(
        squares.reduce((a, b) => a + b, 0),
        332_833_500,
      )
      await pool.close()
    },
    60_000,
  )

  row('POOL-53 pool not serialisable', async (t) => {
    const pool = openPool(t, { kind })
    assert.ok((await rejection(pool.apply(identity, [pool]))) instanceof NotSerializableError)
    assert.ok((await rejection(pool.apply(identity, [{ pool }]))) instanceof NotSerializableError)
    assert.equal(await pool.apply(square, [2]), 4)
  })

  row('close and terminate in any order end once', async (t) => {
    const ends = ['close', 'terminate'] as const
    for (const [first, second] of ends.flatMap((first) => ends.map((second) => [first, second] as const))) {
      const pool = openPool(t, { kind })
      const pending = pool.applyAsync(sleep, [first === 'close' && second === 'close' ? 10 : 100_000])
      await Promise.all([pool[first](), pool[second](), pool.join()])
      await pool.terminate()
      await pool.close()
      assertNothingLeft(pool)
      await pending.wait()
    }
  })
})
