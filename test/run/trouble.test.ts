// A disk that is full, a folder that cannot be written, a store that is deleted meanwhile: a clear error, and what was
// saved stays readable.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { type TestContext, describe } from 'node:test'
import {
  StoreAccessError,
  StoreDamagedError,
  StoreError,
  StoreFullError,
  StoreVanishedError,
  inputs,
  openStore,
  run,
} from 'manyhands/run'
import { openGate } from '../helpers/gate.ts'
import { range, row } from '../helpers/pools.ts'
import { openFolder } from '../helpers/tmp.ts'
import { passGateInput } from '../fixtures/tasks/gate.ts'
import { double, echo } from './fixtures/tasks.ts'

const FORMATS = ['run.db', 'run.jsonl', 'run.log', 'run.json']
const isRoot = process.getuid?.() === 0
const isLinux = process.platform === 'linux'

/** A file system of its own, so large and no larger; undefined where this user may not mount one. */
function mount(t: TestContext, size: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'manyhands-disk-'))
  const isMounted =
    isLinux && isRoot && spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status === 0
  t.after(() => {
    if (isMounted) spawnSync('umount', ['-l', folder])
    rmSync(folder, { recursive: true })
  })
  if (isMounted) return folder
  t.skip('needs the right to mount a file system')
  return undefined
}

function savedIn(path: string): string[] {
  const store = openStore(path)
  const keys = Array.from(store.results(), ({ key }) => key)
  store.close()
  return keys
}

for (const name of FORMATS) {
  describe(name, () => {
    row(
      'the disk is full: a clear error, all that was saved is whole, and the rest is done when there is room',
      async (t) => {
        const disk = mount(t, '3m')
        if (disk === undefined) return
        const store = join(disk, name)
        writeFileSync(join(disk, 'ballast'), Buffer.alloc(1024 ** 2))
        const saved = new Set<string>()
        const values = inputs(
          range(8000).map((n) => `${String(n).padStart(5, '0')} ${'x'.repeat(400)}`),
          { key: (text) => text.slice(0, 5) },
        )
        const options = { store, kind: 'thread', workers: 1, saveEvery: 100 } as const
        await assert.rejects(
          run(echo, values, { ...options, onEvent: (event) => event.type === 'saved' && saved.add(event.key) }),
          (error) => {
            assert.ok(error instanceof StoreFullError, String(error))
            assert.deepEqual([error.code, error.path], ['ERR_STORE_FULL', store])
            return true
          },
        )
        const there = savedIn(store)
        assert.ok(there.length < 8000)
        for (const key of saved) assert.ok(there.includes(key), `${key} was reported saved`)
        if (name === 'run.db')
          assert.match(
            execFileSync(
              process.execPath,
              [
                '--no-warnings',
                '-e',
                `
        const db = new (process.getBuiltinModule('node:sqlite').DatabaseSync)(${JSON.stringify(store)})
        console.log(db.prepare('PRAGMA integrity_check').get().integrity_check)
      `,
              ],
              { encoding: 'utf8' },
            ),
            /^ok$/m,
          )
        rmSync(join(disk, 'ballast'))
        spawnSync('mount', ['-o', 'remount,size=20m', disk])
        const rest = await run(echo, values, options)
        assert.deepEqual([rest.skipped, rest.done, rest.left], [there.length, 8000 - there.length, 0])
      },
    )

    row('a folder that cannot be written: a clear error, nothing is made, and what is there can be read', async (t) => {
      const disk = mount(t, '3m')
      if (disk === undefined) return
      await run(double, [1, 2], { store: join(disk, name), kind: 'thread' })
      const before = readFileSync(join(disk, name))
      assert.equal(spawnSync('mount', ['-o', 'remount,ro', disk]).status, 0)
      for (const store of [join(disk, name), join(disk, `new-${name}`)]) {
        await assert.rejects(run(double, [1, 2, 3], { store, kind: 'thread' }), (error) => {
          assert.ok(error instanceof StoreAccessError, String(error))
          assert.deepEqual([error.code, error.path], ['ERR_STORE_ACCESS', store])
          return true
        })
      }
      assert.deepEqual(readFileSync(join(disk, name)), before)
      assert.deepEqual(readdirSync(disk), [name])
      assert.deepEqual(savedIn(join(disk, name)), ['1', '2'])
      const opened = openStore(join(disk, name))
      assert.deepEqual([opened.status().done, opened.status().running], [2, undefined])
      opened.close()
    })

    for (const how of ['deleted', 'moved', 'replaced'] as const) {
      row(`the store is ${how} while a run writes it: a clear error, and all that was saved is kept`, async (t) => {
        const gate = await openGate(t)
        const folder = openFolder(t)
        const store = join(folder, name)
        const saved: string[] = []
        const jobs = inputs(
          range(2000).map((n) => [gate.path, `n${n}`] as const),
          { key: ([, name]) => name },
        )
        const running = run(passGateInput, jobs, {
          store,
          kind: 'thread',
          workers: 1,
          saveEvery: 5,
          onEvent: (event) => event.type === 'saved' && saved.push(event.key),
        })
        const failed = assert.rejects(running, (error) => {
          assert.ok(error instanceof StoreVanishedError, String(error))
          assert.deepEqual(
            [error.code, error.path, basename(dirname(error.rescued ?? ''))],
            ['ERR_STORE_VANISHED', store, basename(folder)],
          )
          const rescued = savedIn(error.rescued ?? assert.fail())
          for (const key of saved) assert.ok(rescued.includes(key), `${key} was reported saved`)
          return true
        })
        for (let n = 0; saved.length < 10; n++) (await gate.arrival(`n${n}`)).release()
        if (how === 'deleted') rmSync(store)
        else renameSync(store, join(folder, 'elsewhere'))
        if (how === 'replaced') writeFileSync(store, 'something else')
        gate.open()
        await failed
        if (how === 'moved') {
          renameSync(join(folder, 'elsewhere'), store)
          assert.ok(savedIn(store).length >= 10)
        }
      })
    }
  })
}

describe('a damaged store', () => {
  row('is kept aside, what can be read is kept, and the run does the rest', async (t) => {
    for (const name of FORMATS) {
      const folder = openFolder(t)
      const store = join(folder, name)
      await run(double, range(1000), { store, kind: 'thread', workers: 1 })
      const bytes = readFileSync(store)
      const damaged = Buffer.from(bytes)
      damaged.fill(0x5a, Math.floor(bytes.length * 0.6), Math.floor(bytes.length * 0.6) + 9000)
      writeFileSync(store, damaged)
      const report = await run(double, range(1000), { store, kind: 'thread', workers: 1 })
      assert.deepEqual(
        [report.warnings.map(({ code }) => code), report.left, report.exitCode],
        [['STORE_DAMAGED'], 0, 0],
        name,
      )
      assert.ok(
        report.skipped > 300 && report.done > 0 && report.skipped + report.done === 1000,
        `${name}: ${report.skipped} were kept`,
      )
      const aside = readdirSync(folder).find((file) => file.includes('.damaged-')) ?? ''
      assert.ok(report.warnings[0]?.message.includes(aside))
      assert.deepEqual(readFileSync(join(folder, aside)), damaged)
      assert.deepEqual(
        Array.from(report.results, ({ value }) => value).sort((a, b) => a - b),
        range(1000).map((n) => n * 2),
      )
      assert.deepEqual(readdirSync(folder).sort(), [name, aside].sort())
    }
  })

  row('that is too large to be looked through is noticed where it is read, and mended by the next run', async (t) => {
    const folder = openFolder(t)
    const store = join(folder, 'run.db')
    const values = inputs(range(700).map(String))
    const large = (n: string) => n.padEnd(60_000, 'x')
    await run(large, values, { store, kind: 'thread', workers: 1 })
    const bytes = readFileSync(store)
    assert.ok(bytes.length > 32 * 1024 ** 2)
    bytes.fill(0, bytes.length / 2, bytes.length / 2 + 100_000)
    writeFileSync(store, bytes)
    const opened = openStore(store)
    assert.throws(
      () => [...opened.results()],
      (error) => error instanceof StoreDamagedError && /Run the same task again/.test(error.message),
    )
    opened.close()
    const report = await run(large, values, { store, kind: 'thread', workers: 1 })
    assert.ok(report.left === 0)
    assert.equal([...(await run(large, values, { store, kind: 'thread', workers: 1 })).results].length, 700)
  })

  row('errors of a store are all of one family', () => {
    for (const error of [
      new StoreFullError('x'),
      new StoreAccessError('x', 'y'),
      new StoreVanishedError('x', undefined),
    ]) {
      assert.ok(error instanceof StoreError && error.path === 'x' && error.code.startsWith('ERR_STORE_'))
    }
  })
})
