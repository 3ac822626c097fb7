// The writer of a store: when it saves, what holds it up, and what becomes of a run when it dies.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { Counter } from 'manyhands'
import { StoreBusyError, StoreWriterDiedError, inputs, openStore, run } from 'manyhands/run'
import { Pace } from '../../src/run/writer/pace.ts'
import { BatchBuilder, keysOf, unpack } from '../../src/run/writer/batch.ts'
import { random } from '../fixtures/random.ts'
import { openGate } from '../helpers/gate.ts'
import { range, row } from '../helpers/pools.ts'
import { openFolder } from '../helpers/tmp.ts'
import { passGateInput } from '../fixtures/tasks/gate.ts'
import { double, echo, slowly } from './fixtures/tasks.ts'

for (const writer of ['thread', 'process', 'inline'] as const) {
  describe(`a writer: ${writer}`, () => {
    // S0-14, S0-09
    row('saves every so many outcomes, where another process sees them, and once more at the end', async (t) => {
      const gate = await openGate(t)
      const store = join(openFolder(t), 'run.db')
      const jobs = inputs(
        range(25).map((n) => [gate.path, `n${n}`] as const),
        { key: ([, name]) => name },
      )
      let saved = 0
      let told = Promise.withResolvers<void>()
      const running = run(passGateInput, jobs, {
        store,
        kind: 'thread',
        workers: 1,
        writer,
        saveEvery: 10,
        saveInterval: '1h',
        onEvent: ({ type }) => {
          if (type !== 'saved' || ++saved % 10 !== 0) return
          told.resolve()
          told = Promise.withResolvers()
        },
      })
      for (const [index, n] of range(25).entries()) {
        const tenth = told.promise
        const visitor = await gate.arrival(`n${n}`)
        visitor.release()
        if (index % 10 !== 9) continue
        await tenth
        // Asked of another process, while the run goes on.
        const script = `const { openStore } = await import('manyhands/run'); const { done, running } = openStore(${JSON.stringify(store)}).status(); console.log(done, running)`
        const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
          stdio: ['ignore', 'pipe', 'inherit'],
        })
        const [[text]] = await Promise.all([once(child.stdout, 'data') as Promise<[Buffer]>, once(child, 'exit')])
        assert.equal(String(text), `${index + 1} ${process.pid}\n`)
        const opened = openStore(store)
        assert.deepEqual(
          [opened.status().done, opened.status().running, opened.status().total, opened.status().left],
          [index + 1, process.pid, 25, 24 - index],
        )
        opened.close()
      }
      const report = await running
      assert.deepEqual([report.done, report.saves], [25, 3])
    })

    // S0-15
    row('saves a slow outcome when it has waited long enough', async (t) => {
      const gate = await openGate(t)
      const store = join(openFolder(t), 'run.db')
      const jobs = inputs(
        [
          [gate.path, 'a'],
          [gate.path, 'b'],
        ] as [string, string][],
        { key: ([, name]) => name },
      )
      const { promise: saved, resolve } = Promise.withResolvers<string>()
      const running = run(passGateInput, jobs, {
        store,
        kind: 'thread',
        workers: 1,
        writer,
        saveInterval: 50,
        onEvent: (event) => event.type === 'saved' && resolve(event.key),
      })
      ;(await gate.arrival('a')).release()
      const second = await gate.arrival('b')
      assert.equal(await saved, 'a')
      second.release()
      assert.equal((await running).saves, 2)
    })

    row('one run per store: the second is told whose it is', async (t) => {
      const gate = await openGate(t)
      const store = join(openFolder(t), 'run.db')
      const first = run(passGateInput, [[gate.path, 'a']] as [string, string][], { store, kind: 'thread', writer })
      const visitor = await gate.arrival('a')
      await assert.rejects(
        run(passGateInput, [[gate.path, 'a']] as [string, string][], { store, kind: 'thread', writer }),
        (error) => {
          assert.ok(error instanceof StoreBusyError)
          assert.equal(error.pid, process.pid)
          return true
        },
      )
      visitor.release()
      assert.equal((await first).done, 1)
      assert.equal(
        (await run(passGateInput, [[gate.path, 'a']] as [string, string][], { store, kind: 'thread', writer })).skipped,
        1,
      )
    })
  })
}

describe('a writer', () => {
  // S0-12
  row('that is held up does not hold up the workers', async (t) => {
    const store = join(openFolder(t), 'run.db')
    // Another program that holds a read open until it is told to let go: no commit can end before.
    const script = `
      const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
      const db = new DatabaseSync(${JSON.stringify(store)})
      db.exec('BEGIN')
      db.prepare('SELECT count(*) FROM items').get()
      console.log('locked')
      process.stdin.once('data', () => { db.exec('ROLLBACK'); process.exit(0) })
    `
    await run(double, [0], { store, kind: 'thread' })
    const holder = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    t.after(() => holder.kill('SIGKILL'))
    await once(holder.stdout, 'data')
    let done = 0
    const warnings: string[] = []
    const { promise: warned, resolve: warn } = Promise.withResolvers<void>()
    const finished = Promise.withResolvers<void>()
    const running = run(double, range(1, 3000), {
      store,
      kind: 'thread',
      onEvent: (event) => {
        if (event.type === 'done' && ++done === 2999) finished.resolve()
        if (event.type !== 'warning') return
        warnings.push(event.code)
        warn()
      },
    })
    await finished.promise
    await warned
    assert.deepEqual([done, running.snapshot().saved], [2999, 0], 'all are done and none is saved')
    holder.stdin.write('go\n')
    const report = await running
    assert.deepEqual([report.done, running.snapshot().saved, [...new Set(warnings)]], [2999, 2999, ['STORE_WAITING']])
  })

  // S0-B6
  row('that is killed ends the run with an error; what it acknowledged is there', async (t) => {
    const store = join(openFolder(t), 'run.db')
    const saved: string[] = []
    let killed = false
    const running = run(
      slowly,
      range(500).map((n) => 2 + n / 1000),
      {
        store,
        kind: 'process',
        workers: 2,
        writer: 'process',
        onEvent: (event) => {
          if (event.type === 'saved') saved.push(event.key)
          if (saved.length < 20 || killed) return
          killed = true
          process.kill(running.snapshot().writerPid ?? assert.fail(), 'SIGKILL')
        },
      },
    )
    await assert.rejects(
      running,
      (error) => error instanceof StoreWriterDiedError && error.signal === 'SIGKILL' && error.path === store,
    )
    assert.ok(
      running.snapshot().workers.every(({ state }) => state === 'ended'),
      'the workers were stopped',
    )
    const opened = openStore(store)
    const there = new Set(Array.from(opened.outcomes(), ({ key }) => key))
    for (const key of saved) assert.ok(there.has(key), `${key} was reported saved`)
    opened.close()
    const rest = await run(
      slowly,
      range(500).map((n) => 2 + n / 1000),
      { store, kind: 'thread', writer: 'process' },
    )
    assert.deepEqual([rest.skipped + rest.done, rest.left], [500, 0])
    assert.equal(rest.skipped, there.size)
  })

  // S0-18
  row('that cannot be started or cannot open its file means that no worker is started', async (t) => {
    const folder = openFolder(t)
    for (const writer of ['thread', 'process', 'inline'] as const) {
      const running = run(double, [1, 2], { store: join(folder, 'no such folder', 'run.db'), kind: 'process', writer })
      await assert.rejects(
        running,
        (error: Error & { code?: string }) => error.name === 'StoreAccessError' && error.code === 'ERR_STORE_ACCESS',
      )
      assert.deepEqual(running.snapshot().workers, [])
    }
  })

  row('keeps any value, through thread and process', async (t) => {
    const values = [
      new Counter('aab'),
      new Map([['ключ', 'значение 😀']]),
      'x'.repeat(100_000),
      'é'.repeat(70),
      [null, undefined],
      -0,
    ]
    for (const writer of ['thread', 'process', 'inline'] as const) {
      const report = await run(echo, inputs(values.entries(), { key: ([index]) => `${index} é` }), {
        store: join(openFolder(t), 'run.db'),
        kind: 'thread',
        writer,
      })
      assert.deepEqual(
        Array.from(report.results, ({ value }) => value),
        [...values.entries()],
      )
    }
  })
})

describe('when to save', () => {
  const pace = () => new Pace(10, 1000)

  test('by number, by time, by size', () => {
    assert.equal(pace().wait(10, 500, 0, 0), 0, 'ten wait')
    assert.equal(pace().wait(9, 500, 0, 400), 600, 'the first of nine has waited 400 ms')
    assert.equal(pace().wait(1, 500, 0, 5000), 0)
  })

  test('not at once after the last time, but as long as is not noticed, or as the disk needs', () => {
    const quick = pace()
    quick.committed(100, 101)
    assert.equal(quick.wait(10, 500, 100, 105), 20)
    assert.equal(quick.wait(10, 500, 100, 125), 0)
    assert.equal(quick.wait(10, 5e6, 100, 105), 0, 'some megabytes do not wait')
    const slow = pace()
    slow.committed(100, 200)
    assert.equal(slow.wait(10, 500, 190, 200), 200)
    const verySlow = pace()
    verySlow.committed(0, 10_000)
    assert.equal(verySlow.wait(10, 500, 10_000, 10_500), 500, 'never longer than the interval')
  })
})

describe('a batch', () => {
  test('comes out as it went in, again and again', () => {
    const next = random(3)
    const texts = [
      '',
      'a',
      'key/with é',
      '😀'.repeat(40),
      'x'.repeat(63),
      'x'.repeat(64),
      'x'.repeat(65),
      'é'.repeat(5000),
      '"',
      '\u0000',
    ]
    const text = () => texts[Math.floor(next() * texts.length)] ?? ''
    const builder = new BatchBuilder()
    for (let round = 0; round < 20; round++) {
      const entries = range(Math.floor(next() * 300)).map((n) => ({
        key: `${n}${text()}`,
        fingerprint: next() < 0.5 ? undefined : text(),
        value: next() < 0.5 ? null : text(),
        error: next() < 0.8 ? null : text(),
        attempts: 1 + n,
        startedAt: n,
        duration: next(),
        worker: `P00${n % 3}`,
        pid: n % 7,
        known: next() < 0.2,
      }))
      const attempt = { key: 'k', attempt: 1, startedAt: 1, duration: 2, worker: 'P', pid: 1, error: '{}' }
      for (const entry of entries) builder.add(entry)
      if (round % 2 === 1) builder.addTry(attempt)
      assert.equal(builder.size, entries.length + (round % 2))
      const packed = builder.pack(round)
      assert.deepEqual(
        keysOf(packed),
        entries.map(({ key }) => key),
      )
      assert.deepEqual(unpack(packed), {
        id: round,
        keys: entries.map(({ key }) => key),
        fingerprints: entries.map(({ fingerprint }) => fingerprint ?? null),
        values: entries.map(({ value, error }) => (error === null ? value : null)),
        errors: entries.map(({ error }) => error),
        attempts: entries.map(({ attempts }) => attempts),
        startedAt: entries.map(({ startedAt }) => startedAt),
        duration: entries.map(({ duration }) => duration),
        workers: entries.map(({ worker }) => worker),
        pids: entries.map(({ pid }) => pid),
        known: entries.flatMap(({ known }, index) => (known ? [index] : [])),
        tries: round % 2 === 1 ? [attempt] : [],
      })
      builder.clear()
    }
  })
})
