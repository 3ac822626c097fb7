// Workers that die or never start: POOL-44, POOL-49, POOL-50, POOL-52, and what becomes of the calls beside the guilty.
import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { WorkerDiedError, WorkerStartError } from 'manyhands'
import { bytes, later, square } from '../fixtures/tasks/basic.ts'
import { exitFor, exitSoon, exitWith, ownPid, signalSelf } from '../fixtures/faults/deaths.ts'
import { passGate } from '../fixtures/tasks/gate.ts'
import { exiting, failing } from '../fixtures/tasks/initializers.ts'
import { unreachable } from '../fixtures/modules/exits.ts'
import { openGate } from '../helpers/gate.ts'
import { eachKind, openPool, range, rejection, row } from '../helpers/pools.ts'
import { runScript } from '../helpers/script.ts'
import { openFolder } from '../helpers/tmp.ts'

const preload = new URL('../fixtures/faults/fourth-start.cjs', import.meta.url)

eachKind((kind) => {
  // Ours: the calls fail with what the initializer threw, at once; one that ends its worker does so three times.
  // (CPython starts workers for ever, and map() hangs.)
  row('POOL-44 initializer throws', async (t) => {
    const pool = openPool(t, { kind, initializer: failing, output: 'ignore' })
    for (const attempt of [() => pool.map(square, range(100)), () => pool.apply(square, [1])]) {
      const error = await rejection(attempt())
      assert.equal(error.name, 'InitializerError')
      assert.match(error.message, /no licence/)
      assert.ok(error.cause instanceof RangeError)
    }
    const dying = openPool(t, { kind, workers: 1, initializer: exiting, output: 'ignore' })
    const error = await rejection(dying.map(square, range(100)))
    assert.ok(error instanceof WorkerDiedError)
    assert.equal(error.exitCode, 9)
    assert.equal(dying.workers().length, 3)
  })

  row('a module that ends its worker when it is imported fails its calls, not the pool', async (t) => {
    const pool = openPool(t, { kind, workers: 1, env: { ...process.env, EXIT_ON_IMPORT: '1' }, output: 'ignore' })
    const error = await rejection(pool.map(unreachable, range(100)))
    assert.ok(error instanceof WorkerDiedError)
    assert.equal(error.exitCode, 4)
    assert.equal(await pool.apply(square, [3]), 9)
  })

  // Ours: that call fails, all others go on, and the worker is replaced.
  row('POOL-49 worker dies (exit/kill)', async (t) => {
    const pool = openPool(t, { kind, output: 'ignore' })
    const deaths = kind === 'process' ? ([exitWith, signalSelf] as const) : ([exitWith] as const)
    for (const task of deaths) {
      const around = pool.mapAsync(later, range(50))
      const guilty = task === signalSelf ? pool.apply(signalSelf, ['SIGKILL']) : pool.apply(exitWith, [3])
      const error = await rejection(guilty)
      assert.ok(error instanceof WorkerDiedError)
      assert.deepEqual([error.exitCode, error.signal], task === signalSelf ? [null, 'SIGKILL'] : [3, null])
      assert.deepEqual(await around, range(50))
    }
  })

  row("POOL-50 worker dies idle, holding the queue's lock", async (t) => {
    // A thread that is idle can be ended by nobody from outside; by itself it can.
    const pool = openPool(t, { kind, output: 'ignore' })
    for (let round = 0; round < 3; round++) {
      const pids = await Promise.all(range(2).map(() => pool.apply(kind === 'process' ? ownPid : exitSoon)))
      if (kind === 'process') for (const pid of pids) process.kill(pid, 'SIGKILL')
      // Its death is not known here yet: the calls go to the dead first.
      assert.deepEqual(await pool.map(square, range(100)), range(100).map(square))
    }
  })

  row('POOL-52 failure while creating', async (t) => {
    const pool = openPool(t, {
      kind,
      workers: 5,
      execArgv: ['--require', fileURLToPath(preload)],
      env: { ...process.env, STARTS: openFolder(t) },
      output: 'ignore',
    })
    const gate = await openGate(t)
    const result = pool.starmap(
      passGate,
      range(5).map((name) => [gate.path, name] as const),
    )
    await gate.arrivals(range(5))
    gate.open()
    assert.deepEqual(await result, range(5))
    const failed = pool.workers().filter(({ state }) => state === 'ended')
    assert.deepEqual(
      failed.map(({ exitCode, error }) => [exitCode, error?.['reason' as 'name']]),
      [[12, 'start']],
    )
  })

  row('S0-17 a worker that cannot be started is an error of the calls, and of nothing else', async (t) => {
    const pool = openPool(t, { kind, execArgv: ['--no-such-option-of-node'], output: 'ignore' })
    for (const attempt of [() => pool.map(square, range(10)), () => pool.apply(square, [1])]) {
      const error = await rejection(attempt())
      assert.ok(error instanceof WorkerStartError)
      assert.match(error.message, /Worker P00\d did not start/)
    }
    assert.equal(await openPool(t, { kind }).apply(square, [2]), 4)
  })

  row('a worker that dies in a batch of tiny calls costs the call that killed it', async (t) => {
    const bad = [7, 500, 501, 999]
    const inputs = range(1000).map((x) => ({ bad, x }))
    for (const options of [{}, { chunkSize: 50 }, { chunkSize: 1 }]) {
      const pool = openPool(t, { kind, output: 'ignore' })
      await pool.map(
        exitFor,
        range(1000).map((x) => ({ bad: [], x })),
      )
      const seen = new Map<number, number>()
      const died: unknown[] = []
      const stream = pool.imapUnordered(exitFor, inputs, options)
      for (let next = 0; next < inputs.length; next++) {
        try {
          const { value, done } = await stream.next()
          assert.ok(!done)
          seen.set(value, (seen.get(value) ?? 0) + 1)
        } catch (error) {
          assert.ok(error instanceof WorkerDiedError)
          assert.equal(error.exitCode, 3)
          died.push((error.input as { x: number }).x)
        }
      }
      assert.equal((await stream.next()).done, true)
      assert.deepEqual(
        died.sort((a, b) => Number(a) - Number(b)),
        bad,
      )
      assert.deepEqual(
        [...seen.keys()].sort((a, b) => a - b),
        range(1000).filter((x) => !bad.includes(x)),
      )
      assert.ok([...seen.values()].every((times) => times === 1))
    }
  })

  row('single calls that share a frame with the guilty one keep their results', async (t) => {
    const pool = openPool(t, { kind, workers: 1, output: 'ignore' })
    await pool.map(
      exitFor,
      range(1000).map((x) => ({ bad: [], x })),
    )
    let settled = 0
    const calls = range(300).map((x) => pool.submit(exitFor, [{ bad: [100, 200], x }], { onSettled: () => settled++ }))
    const outcomes = await Promise.allSettled(calls)
    outcomes.forEach((outcome, x) => {
      if (x === 100 || x === 200) assert.ok(outcome.status === 'rejected' && outcome.reason instanceof WorkerDiedError)
      else assert.deepEqual(outcome, { status: 'fulfilled', value: x })
    })
    assert.equal(settled, 298, 'each call that returned, once')
  })

  row('a call whose large answer is on its way is not taken for the one that kills the worker', async (t) => {
    const pool = openPool(t, { kind, workers: 1, output: 'ignore' })
    await Promise.all([
      pool.map(bytes, range(300)),
      pool.map(
        exitFor,
        range(300).map((x) => ({ bad: [], x })),
      ),
    ])
    for (let round = 0; round < 5; round++) {
      const large = pool.apply(bytes, [20_000_000])
      const guilty = rejection(pool.apply(exitFor, [{ bad: [1], x: 1 }]))
      assert.equal((await large).length, 20_000_000)
      assert.ok((await guilty) instanceof WorkerDiedError)
    }
  })

  row('no descriptor is left for more workers', async (t) => {
    // Under a limit of open files a pool works with what it gets, or says that it gets none.
    const launcher = ['/bin/sh', '-c', 'ulimit -n 48; exec "$0" "$@"']
    const { code, stdout, stderr } = await runScript(t, 'many-workers.ts', [kind], { launcher })
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^(4950|WorkerStartError)\n$/)
  })
})
