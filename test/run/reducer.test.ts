// Reducers: one value of all, equal to the serial one.
import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'node:test'
import { Counter } from 'manyhands'
import { counterReducer, files, openStore, reduce, run } from 'manyhands/run'
import { random } from '../fixtures/random.ts'
import { range, row } from '../helpers/pools.ts'
import { openFolder } from '../helpers/tmp.ts'
import { double, failFor, words } from './fixtures/tasks.ts'

describe('reducers', () => {
  row('Counters of many files add up to what one loop counts', async (t) => {
    const folder = openFolder(t)
    const next = random(11)
    const all: string[] = []
    for (const n of range(60)) {
      const text = range(Math.floor(next() * 50)).map(
        () => ['to', 'be', 'or', 'not', '__proto__', 'é', '7'][Math.floor(next() * 7)] ?? '',
      )
      writeFileSync(join(folder, `${n}.txt`), text.join(' '))
      all.push(...text)
    }
    const serial = new Counter(all)
    const store = join(folder, 'words.db')
    const reducer = counterReducer()
    const half = await run(words, files(join(folder, '*.txt')), { store, kind: 'thread', reducer, limit: 30 })
    assert.ok(half.reduced && half.reduced.total() < serial.total())
    const report = await run(words, files(join(folder, '*.txt')), { store, kind: 'thread', reducer })
    assert.deepEqual(report.reduced, serial)
    assert.deepEqual(reduce(store, reducer), serial)
    const opened = openStore<Counter>(store)
    assert.deepEqual(reduce(opened, reducer), serial)
    opened.close()
    assert.deepEqual((await run(words, files(join(folder, '*.txt')), { kind: 'thread', reducer })).reduced, serial)
  })

  row('values come in the order of their keys, failed ones not', async (t) => {
    const list = {
      zero: (): [string, number][] => [],
      merge: (whole: [string, number][], value: number, key: string) => [...whole, [key, value] as [string, number]],
    }
    const store = join(openFolder(t), 'run.db')
    const report = await run(failFor, [20, 3, 1, 11], { store, kind: 'thread', reducer: list })
    assert.deepEqual(report.reduced, [
      ['1', 1],
      ['11', 11],
      ['20', 20],
    ])
    assert.deepEqual(reduce(join(openFolder(t), 'none.db'), list), [])
  })

  row('a run that was stopped has no whole to give', async () => {
    const report = await run(double, range(10), {
      kind: 'thread',
      signal: AbortSignal.abort(),
      reducer: { zero: () => 0, merge: (sum, n: number) => sum + n },
    })
    assert.equal(report.reduced, undefined)
  })
})
