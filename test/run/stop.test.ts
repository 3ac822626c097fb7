// Stopping a run: gently, at once, by a signal; and what that costs.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { InProcessExecutor, type TaskContext, task } from 'manyhands'
import { type RunEvent, Stop, inputs, openStore, run, stopOnSignals } from 'manyhands/run'
import { isAlive } from '../helpers/alive.ts'
import { type Gate, openGate } from '../helpers/gate.ts'
import { eachKind, range, row } from '../helpers/pools.ts'
import { openFolder } from '../helpers/tmp.ts'
import { passGateInput } from '../fixtures/tasks/gate.ts'
import { double, slowly } from './fixtures/tasks.ts'

const jobs = (gate: Gate, count: number) =>
  inputs(
    range(count).map((n) => [gate.path, `n${n}`] as const),
    { key: ([, name]) => name },
  )

eachKind((kind) => {
  row('the first request lets what is in hand finish, and hands out nothing more', async (t) => {
    const gate = await openGate(t)
    const store = join(openFolder(t), 'run.db')
    const events: RunEvent[] = []
    const running = run(passGateInput, jobs(gate, 10), {
      store,
      kind,
      workers: 2,
      onEvent: (event) => events.push(event),
    })
    const [first, second] = await gate.arrivals(['n0', 'n1'])
    running.stop('SIGTERM')
    assert.equal(running.snapshot().stopping, 'soon')
    first?.release()
    second?.release()
    const report = await running
    assert.deepEqual([report.done, report.left, report.stoppedBy, report.exitCode], [2, 8, 'SIGTERM', 143])
    assert.deepEqual(gate.order.toSorted(), ['n0', 'n1'])
    assert.deepEqual(
      events.filter(({ type }) => type === 'stopping'),
      [{ type: 'stopping', how: 'soon', reason: 'SIGTERM' }],
    )
    assert.ok(report.workers.every(({ exitCode }) => exitCode === 0))
    gate.open()
    const rest = await run(passGateInput, jobs(gate, 10), { store, kind, workers: 2 })
    assert.deepEqual([rest.skipped, rest.done, rest.exitCode], [2, 8, 0])
    assert.equal(gate.order.length, 10, 'each was done once')
  })

  row('the second drops what is in hand, and still saves what is finished', async (t) => {
    const gate = await openGate(t)
    const store = join(openFolder(t), 'run.db')
    // Saved by number or time this would not be: only the end of the run saves it.
    const running = run(passGateInput, jobs(gate, 10), { store, kind, workers: 2, saveEvery: 100, saveInterval: '1h' })
    const [first, second] = await gate.arrivals(['n0', 'n1'])
    first?.release()
    await gate.arrival('n2')
    running.stop('SIGINT')
    running.stop('SIGINT')
    const report = await running
    assert.deepEqual([report.done, report.left, report.stoppedBy, report.exitCode], [1, 9, 'SIGINT', 130])
    await second?.gone
    assert.deepEqual(
      Array.from(report.results, ({ key }) => key),
      ['n0'],
    )
  })

  row('the end of the grace is as the second request', async (t) => {
    const gate = await openGate(t)
    const running = run(passGateInput, jobs(gate, 10), { kind, workers: 2, grace: 20 })
    await gate.arrivals(['n0', 'n1'])
    running.stop()
    const report = await running
    assert.deepEqual([report.done, report.left, report.stoppedBy], [0, 10, 'abort'])
  })
})

describe('stopping', () => {
  row('by an AbortSignal, before or while it runs', async (t) => {
    const report = await run(double, range(100), { kind: 'thread', signal: AbortSignal.abort() })
    assert.deepEqual(
      [report.done, report.left, report.stoppedBy, report.exitCode, report.workers],
      [0, 100, 'abort', 130, []],
    )
    const gate = await openGate(t)
    const controller = new AbortController()
    const running = run(passGateInput, jobs(gate, 5), { kind: 'thread', workers: 1, signal: controller.signal })
    const first = await gate.arrival('n0')
    controller.abort()
    first.release()
    assert.deepEqual([(await running).done, (await running).left], [1, 4])
  })

  row('several runs by one Stop', async () => {
    const stop = new Stop()
    const runs = range(3).map(() => run(slowly, [5, 6, 7, 8], { executor: new InProcessExecutor(), stop }))
    stop.request('SIGTERM')
    for (const report of await Promise.all(runs))
      assert.deepEqual([report.stoppedBy, report.exitCode], ['SIGTERM', 143])
    assert.deepEqual([stop.state, stop.reason], ['soon', 'SIGTERM'])
    stop.request('SIGINT')
    assert.deepEqual([stop.state, stop.reason], ['now', 'SIGTERM'])
  })

  row('at once cancels what an executor of somebody else has in hand', async () => {
    const executor = new InProcessExecutor({ workers: 2 })
    const { promise: began, resolve: begin } = Promise.withResolvers<void>()
    const wait = task(import.meta, {
      run: async (_: number, { signal }: TaskContext) => {
        begin()
        await once(signal, 'abort')
      },
    })
    const running = run(wait, [1, 2, 3], { executor })
    await began
    running.stop()
    running.stop()
    assert.deepEqual([(await running).done, (await running).left], [0, 3])
    await executor.close()
  })

  row('while items wait to be tried again, which the next run does', async (t) => {
    const store = join(openFolder(t), 'run.db')
    const failing = run(
      (n: number) => {
        throw new Error(`no ${n}`)
      },
      [1, 2],
      { store, kind: 'thread', retries: 5, backoff: '1h', onEvent: ({ type }) => type === 'retry' && failing.stop() },
    )
    const report = await failing
    assert.deepEqual([report.done, report.failed, report.left], [0, 0, 2])
  })

  test('gives the signals back', () => {
    const stop = new Stop()
    const before = process.listenerCount('SIGTERM')
    const release = stopOnSignals(stop, ['SIGTERM'])
    process.emit('SIGTERM')
    process.emit('SIGTERM')
    assert.deepEqual([stop.state, stop.reason], ['now', 'SIGTERM'])
    release()
    assert.equal(process.listenerCount('SIGTERM'), before)
  })
})

const coordinator = new URL('fixtures/coordinator.ts', import.meta.url)

/** A program that runs, in a process group of its own, as a terminal would start it. */
function start(
  t: TestContext,
  args: Record<string, unknown>,
): { readonly child: ChildProcess; readonly lines: AsyncIterableIterator<string> } {
  const child = spawn(process.execPath, [fileURLToPath(coordinator), JSON.stringify(args)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  t.after(() => child.kill('SIGKILL'))
  return { child, lines: createInterface({ input: child.stdout ?? assert.fail() })[Symbol.asyncIterator]() }
}

describe('Ctrl-C', () => {
  for (const writer of ['thread', 'process'] as const) {
    row(
      `to the whole group: quiet workers, everything finished is saved, exit code 130 (writer: ${writer})`,
      async (t) => {
        const store = join(openFolder(t), 'run.db')
        const { child, lines } = start(t, {
          store,
          task: 'slowly',
          inputs: range(200).map((n) => 5 + n / 1000),
          writer,
          workers: 2,
        })
        const pids: number[] = []
        // Not for…of, which would close the lines where it leaves them.
        for (let what: string | undefined; what !== 'saved';) {
          const [word, value] = String((await lines.next()).value).split(' ')
          what = word
          if (what === 'worker') pids.push(Number(value))
        }
        process.kill(-(child.pid ?? assert.fail()), 'SIGINT')
        const rest: string[] = []
        for await (const line of lines) rest.push(line)
        const [code] = (await once(child, 'exit')) as [number]
        assert.equal(code, 130)
        const report = JSON.parse(rest.find((line) => line.startsWith('report '))?.slice(7) ?? '{}') as {
          done: number
          left: number
          stoppedBy: string
        }
        assert.equal(report.stoppedBy, 'SIGINT')
        assert.ok(report.done > 0 && report.left > 0)
        const opened = openStore(store)
        assert.deepEqual(
          [opened.status().done, opened.status().left, opened.status().ended],
          [report.done, report.left, 'SIGINT'],
        )
        opened.close()
        for (const pid of pids) assert.equal(isAlive(pid), false)
      },
    )
  }
})
