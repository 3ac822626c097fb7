// Workers that die: EXE-14 to EXE-17.
import assert from 'node:assert/strict'
import {
  type BrokenExecutorError,
  BrokenProcessPoolError,
  BrokenThreadPoolError,
  WorkerDiedError,
  WorkerStartError,
} from 'manyhands'
import { identity } from '../fixtures/tasks/basic.ts'
import { die, exit } from '../fixtures/tasks/executors.ts'
import { passGate } from '../fixtures/tasks/gate.ts'
import { type Effect, Grenade, type Phase, pass } from '../fixtures/tasks/grenade.ts'
import { openExecutor } from '../helpers/executors.ts'
import { openGate } from '../helpers/gate.ts'
import { collect, eachKind, range, rejection, row } from '../helpers/pools.ts'
import { collectWarnings } from '../helpers/warnings.ts'

/** What became of a call that carried a grenade: the error's name, code or message; or `fine`. */
async function outcome(future: PromiseLike<unknown>): Promise<string> {
  try {
    await future
    return 'fine'
  } catch (error) {
    if (error instanceof WorkerDiedError) return `died: ${error.signal ?? error.exitCode}`
    return error instanceof Error ? `${error.name}: ${error.message}` : 'no error'
  }
}

eachKind((kind) => {
  const Broken: typeof BrokenExecutorError = kind === 'thread' ? BrokenThreadPoolError : BrokenProcessPoolError

  // Ours: CPython breaks the whole executor for good.
  row('EXE-14 killed worker: only the call in its hands fails', async (t) => {
    const gate = await openGate(t)
    const executor = openExecutor(t, kind)
    const others = range(5).map((name) => executor.submit(passGate, gate.path, name))
    await gate.arrivals([0, 1])
    const killed = executor.submit(die, kind)
    gate.open()
    const error = await killed.exception()
    assert.ok(error instanceof WorkerDiedError)
    assert.deepEqual([error.exitCode, error.signal], kind === 'process' ? [null, 'SIGKILL'] : [9, null])
    assert.deepEqual(await Promise.all(others), range(5))
    assert.equal(await executor.submit(identity, 'later'), 'later')
  })

  row("EXE-14 killed worker, onWorkerDeath: 'break'", async (t) => {
    const warnings = collectWarnings(t)
    const gate = await openGate(t)
    const executor = openExecutor(t, kind, { onWorkerDeath: 'break' })
    const running = executor.submit(passGate, gate.path, 'running')
    await gate.arrival('running')
    const killed = executor.submit(die, kind)
    const pending = range(10).map((x) => executor.submit(passGate, gate.path, x))
    const mapped = executor.map(identity, range(100))
    for (const future of [killed, running, ...pending]) {
      const error = await future.exception()
      assert.ok(error instanceof Broken)
      assert.ok(error.cause instanceof WorkerDiedError)
    }
    assert.ok((await rejection(collect(mapped))) instanceof Broken)
    assert.throws(() => executor.submit(identity, 1), Broken)
    await executor.shutdown()
    assert.equal((await warnings(1))[0], await running.exception())
  })

  row('EXE-14 a map that loses its worker breaks the executor too', async (t) => {
    const warnings = collectWarnings(t)
    const executor = openExecutor(t, kind, { onWorkerDeath: 'break' })
    assert.ok((await rejection(executor.map(die, [kind]).next())) instanceof Broken)
    assert.throws(() => executor.submit(identity, 1), Broken)
    await warnings(1)
  })

  row('EXE-14 workers that cannot start', async (t) => {
    if (kind === 'thread') return t.skip('a thread always starts')
    const warnings = collectWarnings(t)
    const executor = openExecutor(t, kind, { execArgv: ['--no-such-option'] })
    const futures = range(4).map((x) => executor.submit(identity, x))
    for (const future of futures) {
      const error = await future.exception()
      assert.ok(error instanceof Broken)
      assert.ok(error.cause instanceof WorkerStartError)
    }
    assert.throws(() => executor.submit(identity, 1), Broken)
    await warnings(1)
  })

  // What a worker does to itself while it decodes a task, runs it, or encodes its result; and what the owner's own
  // encoding and decoding throws. That the owner exits or is killed there ends the program, as it should.
  const worker: Phase[] = ['task decode', 'run', 'result encode']
  const owner: Phase[] = ['task encode', 'result decode']
  const effects: Effect[] = kind === 'thread' ? ['error', 'exit'] : ['error', 'exit', 'crash']
  const matrix: [Phase, Effect][] = [
    ...worker.flatMap((phase) => effects.map((effect): [Phase, Effect] => [phase, effect])),
    ...owner.map((phase): [Phase, Effect] => [phase, 'error']),
  ]
  for (const [phase, effect] of matrix) {
    row(`EXE-15 ${effect} at ${phase}`, async (t) => {
      const executor = openExecutor(t, kind)
      const before = range(3).map((x) => executor.submit(identity, x))
      const future = executor.submit(pass, new Grenade(phase, effect))
      const after = range(3).map((x) => executor.submit(identity, x))
      const expected = { error: `RangeError: error at ${phase}`, exit: 'died: 7', crash: 'died: SIGKILL' }
      assert.equal(await outcome(future), expected[effect])
      assert.deepEqual(await Promise.all([...before, ...after]), [...range(3), ...range(3)])
      assert.equal(await outcome(executor.submit(pass, new Grenade('run', 'error'))), 'RangeError: error at run')
      assert.ok((await executor.submit(pass, new Grenade('never', 'error'))) instanceof Grenade)
    })
  }

  row('EXE-15 values of a class that the worker or the owner does not know', async (t) => {
    const executor = openExecutor(t, kind, { maxWorkers: 1 })
    const error = (await executor.submit(identity, new Grenade('never', 'error')).exception()) as Error
    assert.match(error.message, /holds a Grenade, .* registerWireType/)
    // Of calls that travel together only the one that carries it fails.
    const values = [1, 2, new Grenade('never', 'error'), 4]
    const results = executor.map(identity, values, { chunkSize: 4 })
    assert.deepEqual([(await results.next()).value, (await results.next()).value], [1, 2])
    assert.match((await rejection(results.next())).message, /holds a Grenade/)
    assert.equal(executor.workers().length, 1)
  })

  row('EXE-16 crash with big data', async (t) => {
    const executor = openExecutor(t, kind)
    const payload = new Uint8Array(1 << 20)
    const dying = range(10).map(() => executor.submit(die, kind, payload))
    const living = range(10).map((x) => executor.submit(identity, [x, payload]))
    for (const future of dying) assert.ok((await future.exception()) instanceof WorkerDiedError)
    for (const [x, future] of living.entries()) assert.equal(((await future) as [number, Uint8Array])[0], x)
  })

  row('EXE-17 task that exits', async (t) => {
    const executor = openExecutor(t, kind)
    for (const code of [1, 0, 3]) {
      const error = await executor.submit(exit, code).exception()
      assert.ok(error instanceof WorkerDiedError)
      assert.deepEqual([error.reason, error.exitCode, error.signal], ['exit', code, null])
    }
    assert.equal(await executor.submit(identity, 'usable'), 'usable')
  })
})
