// Who gets which call when, and what can be seen of it.
import assert from 'node:assert/strict'
import { Counter, type CallInfo } from 'manyhands'
import { nothing, sleep, spin, square } from '../fixtures/tasks/basic.ts'
import { failAtGate, passGate } from '../fixtures/tasks/gate.ts'
import { busyInside, sumOfSquares } from '../fixtures/tasks/nested.ts'
import { countWords } from '../fixtures/tasks/words.ts'
import { random } from '../fixtures/random.ts'
import { death } from '../helpers/alive.ts'
import { openGate } from '../helpers/gate.ts'
import { collect, eachKind, openPool, range, row } from '../helpers/pools.ts'

/** When the last of these calls ends where the next always goes to the first worker that is free. */
function greedy(workers: number, durations: readonly number[]): number {
  const free = new Array<number>(workers).fill(0)
  for (const duration of durations) {
    const first = free.indexOf(Math.min(...free))
    free[first] = (free[first] ?? 0) + duration
  }
  return Math.max(...free)
}

/** What lies between two calls of one worker, in the middle case. */
function medianGap(calls: readonly CallInfo[]): number {
  const gaps = [...Map.groupBy(calls, ({ worker }) => worker).values()].flatMap((mine) => {
    const sorted = mine.toSorted((a, b) => a.startedAt - b.startedAt)
    return sorted.slice(1).map((call, index) => call.startedAt - end(sorted[index]))
  })
  return Math.max(0, gaps.sort((a, b) => a - b)[gaps.length >> 1] ?? 0)
}

const end = (call: CallInfo | undefined): number => (call ? call.startedAt + call.duration : 0)

eachKind((kind) => {
  row('S0-B13 one long call among many short ones costs no more than it must', async (t) => {
    const pool = openPool(t, { kind })
    await Promise.all(range(2).map(() => pool.apply(sleep, [20])))
    for (const place of [0, 30, 99]) {
      const calls: CallInfo[] = []
      const durations = range(100).map((index) => (index === place ? 600 : 3))
      const onSettled = (info: CallInfo): void => void calls.push(info)
      await Promise.all(durations.map((duration) => pool.submit(sleep, [duration], { onSettled })))
      const ordered = calls.toSorted((a, b) => a.startedAt - b.startedAt)
      const makespan = Math.max(...calls.map(end)) - Math.min(...calls.map(({ startedAt }) => startedAt))
      const gap = medianGap(calls)
      const bound = greedy(
        2,
        ordered.map(({ duration }) => duration + gap),
      )
      assert.ok(makespan <= 1.1 * bound + gap, `makespan ${makespan} with a bound of ${bound} (gap ${gap})`)
      // And nobody waited behind the long one.
      const long = calls.find(({ duration }) => duration > 400)
      const stuck = calls.filter((call) => call.worker === long?.worker && call.startedAt > end(long))
      const short = calls.reduce((sum, { duration }) => sum + duration + gap, 0) - (long?.duration ?? 0)
      if (place === 0 && short < 500) assert.ok(stuck.length <= 1, `${stuck.length} calls waited behind the long one`)
    }
  })

  row('S4-12 a Counter per text, merged here, equals the serial count', async (t) => {
    const pool = openPool(t, { kind })
    const next = random(1)
    const texts = range(50).map(() =>
      range(200)
        .map(() => `w${Math.floor(next() ** 3 * 40)}`)
        .join(' '),
    )
    const serial = new Counter(texts.flatMap((text) => text.split(' ')))
    const total = new Counter()
    for await (const counter of pool.imapUnordered(countWords, texts)) {
      assert.ok(counter instanceof Counter)
      total.update(counter)
    }
    assert.deepEqual(total.toJSON(), serial.toJSON())
  })

  row('S0-10 what each worker does can be seen while it does it', async (t) => {
    const pool = openPool(t, { kind, workers: 3, name: 'W' })
    const gate = await openGate(t)
    const before = Date.now()
    const failing = pool.apply(failAtGate, [gate.path, 'b']).catch(() => 'failed')
    const results = [pool.apply(passGate, [gate.path, 'a']), failing]
    await gate.arrivals(['a', 'b'])
    const busy = pool.workers()
    assert.deepEqual(
      busy.map(({ name, state }) => [name, state]),
      [
        ['W000', 'busy'],
        ['W001', 'busy'],
      ],
    )
    for (const { current, pid, ...worker } of busy) {
      assert.equal(worker.kind, kind)
      assert.match(current?.task ?? '', /^(passGate|failAtGate)$/)
      assert.equal(current?.input, gate.path)
      assert.ok(current !== null && current.since >= before - 1 && current.since <= Date.now())
      assert.equal(pid === process.pid, kind === 'thread')
    }
    gate.open()
    assert.deepEqual(await Promise.all(results), ['a', 'failed'])
    const idle = pool.workers()
    assert.deepEqual(
      idle.map(({ state, current }) => [state, current]),
      [
        ['idle', null],
        ['idle', null],
      ],
    )
    assert.deepEqual(
      idle.map(({ done, failed }) => done + failed),
      [1, 1],
    )
    assert.equal(
      idle.reduce((sum, { failed }) => sum + failed, 0),
      1,
    )
    await pool.close()
    const ended = pool.workers().map(({ state, exitCode, signal }) => [state, exitCode, signal])
    assert.deepEqual(ended, [
      ['ended', 0, null],
      ['ended', 0, null],
    ])
  })

  row('S4-03 the owner has little to do while its workers compute', async (t) => {
    const pool = openPool(t, { kind: 'process' })
    await pool.map(spin, [1, 1, 1, 1])
    const start = performance.now()
    const before = process.cpuUsage()
    await pool.map(
      spin,
      range(40).map(() => 20),
    )
    const { user, system } = process.cpuUsage(before)
    const share = (user + system) / 1000 / (performance.now() - start)
    assert.ok(share < 0.1, `the owner used ${(share * 100).toFixed(1)} % of a core`)
  })

  row('an idle pool uses no processor', async (t) => {
    const pool = openPool(t, { kind })
    await pool.map(square, range(1000))
    await pool.apply(nothing)
    const usage = async (): Promise<number> => {
      const own = process.cpuUsage()
      const others = kind === 'thread' ? 0 : 2
      const theirs = await Promise.all(range(others).map(() => pool.apply(() => process.cpuUsage())))
      return [own, ...theirs].reduce((sum, { user, system }) => sum + user + system, 0) / 1000
    }
    await usage()
    const before = await usage()
    const start = performance.now()
    await new Promise((resolve) => setTimeout(resolve, 1000))
    const used = (await usage()) - before
    const share = used / (performance.now() - start)
    assert.ok(share < 0.05, `an idle pool used ${(share * 100).toFixed(1)} % of a core`)
  })

  for (const inner of ['thread', 'process'] as const) {
    row(`POOL-56 pool in a child process (${inner}s in a ${kind})`, async (t) => {
      const pool = openPool(t, { kind })
      const { sum, kinds } = await pool.apply(sumOfSquares, [inner, range(100)])
      assert.equal(sum, 328_350)
      assert.ok(kinds.every((each) => each === inner))

      // The inner worker ends with the outer one, whatever it does.
      const gate = await openGate(t)
      const pending = pool.applyAsync(busyInside, [inner, gate.path])
      const visitor = await gate.arrival('inner')
      await pool.terminate()
      await pending.wait()
      if (visitor.pid === process.pid) await visitor.gone
      else await death(visitor)
    })
  }

  row('S4-10 a stream of results that nobody reads does not grow', async (t) => {
    const pool = openPool(t, { kind })
    let taken = 0
    function* inputs(): Generator<number> {
      while (taken < 1_000_000) yield taken++
    }
    const stream = pool.imapUnordered(square, inputs(), { window: 50 })
    await stream.next()
    await pool.map(square, range(1000))
    assert.ok(taken <= 51 + 1, `${taken} inputs were taken for one result`)
    const rest = await collect(pool.imapUnordered(square, range(10)))
    assert.equal(rest.length, 10)
    await stream.return()
  })
})
