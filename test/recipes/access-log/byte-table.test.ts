import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ByteTable, NameBudget, hashBytes } from '../../../src/recipes/access-log/byte-table.ts'
import { Counter } from '../../../src/index.ts'
import { random } from '../../fixtures/random.ts'

function add(table: ByteTable, key: string, count?: number): void {
  const bytes = Buffer.from(`[${key}]`, 'latin1')
  table.add(bytes, 1, bytes.length - 1, hashBytes(bytes, 1, bytes.length - 1), count)
}

describe('a byte table', () => {
  it('counts as a Counter does', () => {
    const next = random(5)
    const table = new ByteTable(new NameBudget(1 << 26))
    const counter = new Counter()
    for (let i = 0; i < 50_000; i++) {
      const key =
        next()
          .toString(36)
          .slice(2, 2 + Math.floor(next() * 5)) + (i % 7 === 0 ? '\xff' : '')
      const count = 1 + Math.floor(next() * 3)
      add(table, key, count)
      counter.add(key, count)
    }
    const entries = table.entries((bytes) => bytes.toString('latin1'))
    assert.deepEqual(entries, counter.mostCommon())
    assert.equal(table.size, counter.size)
    assert.deepEqual([table.error, table.dropped], [0, 0])
  })

  it('tells keys apart whose hashes are equal', () => {
    const table = new ByteTable(new NameBudget(1 << 20))
    const bytes = Buffer.from('abcabdab')
    const keys = [
      [0, 3],
      [3, 6],
      [0, 2],
      [6, 8],
      [0, 0],
      [0, 3],
    ] as const
    for (const [start, end] of keys) table.add(bytes, start, end, 42)
    assert.deepEqual(table.entries(), [
      ['abc', 2],
      ['ab', 2],
      ['abd', 1],
      ['', 1],
    ])
  })

  it('ranks large counts and small ones', () => {
    const table = new ByteTable(new NameBudget(1 << 20))
    const counts = { a: 1, b: 300, c: 255, d: 256, e: 1, f: 2 ** 40, g: 300 }
    for (const [key, count] of Object.entries(counts)) add(table, key, count)
    assert.deepEqual(
      table
        .entries()
        .map(([key]) => key)
        .join(''),
      'fbgdcae',
    )
  })

  it('forgets the rarest within its budget, and bounds what that costs', () => {
    const next = random(9)
    const budget = new NameBudget(60_000)
    const table = new ByteTable(budget)
    const other = new ByteTable(budget)
    const truth = new Counter()
    for (let i = 0; i < 40_000; i++) {
      const key = `/path/${Math.floor(3000 * next() ** 4)}`
      add(table, key)
      truth.add(key)
      assert.ok(table.cost + other.cost <= 60_000)
      if (i % 500 === 0) add(other, `other ${i % 20_000}`)
    }
    const entries = table.entries()
    assert.ok(table.error > 0 && entries.length > 20)
    const counts = new Map(entries)
    for (const [key, exact] of truth) {
      const short = exact - (counts.get(key) ?? 0)
      assert.ok(short >= 0 && short <= table.error, `${key}: ${counts.get(key)} of ${exact}, bound ${table.error}`)
    }
    assert.equal(entries.reduce((sum, [, count]) => sum + count, 0) + table.dropped, truth.total())
    assert.equal(entries[0]?.[0], '/path/0')
    assert.equal(other.error, 0, 'the largest table forgets, not the one that happened to grow')
  })
})
