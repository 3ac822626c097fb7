import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawBar } from '../../src/cli/progress/bar.ts'
import type { View } from '../../src/cli/progress/view.ts'
import { width } from '../../src/cli/terminal/width.ts'
import { plainStyle } from './plain-style.ts'

const style = plainStyle

const view: View = {
  now: 100_000,
  elapsed: 65_000,
  total: 1200,
  before: 300,
  done: 590,
  failed: 3,
  retried: 12,
  rate: 12.34,
  eta: 61_000,
  working: [
    { worker: 'P000', item: 'short.txt', since: 99_500 },
    { worker: 'P001', item: 'logs/a/very/long/path/that/does/not/fit/into/sixty/columns/access.log.gz', since: 80_000 },
    { worker: 'P002', item: '日本語のファイル名はとても長いので端末の幅に収まりません.txt', since: 90_000 },
  ],
  stopping: undefined,
}

test('no line is wider than the terminal, and the end of a path is what is kept', () => {
  for (let columns = 10; columns <= 200; columns++) {
    const lines = drawBar(view, { columns, rows: 24, style })
    for (const line of lines) assert.ok(width(line) <= columns, `${columns}: ${line}`)
  }
  const lines = drawBar(view, { columns: 59, rows: 24, style })
  assert.equal(lines[0], '━━━━━━━━──  74% 893/1,200 · 3 failed · ETA 1m 01s · 12.3/s')
  assert.match(lines[1] ?? '', /^ {2}P001 +20\.0s {2}….*access\.log\.gz$/)
})

test('workers are shown slowest first, and never more than fit', () => {
  const workers = drawBar(view, { columns: 100, rows: 24, style })
    .slice(1)
    .map((line) => line.trim().slice(0, 4))
  assert.deepEqual(workers, ['P001', 'P002', 'P000'])
  const working = Array.from({ length: 64 }, (_, index) => ({ worker: `P${index}`, item: 'x', since: 0 }))
  const many = drawBar({ ...view, working }, { columns: 80, rows: 10, style })
  assert.equal(many.length, 7)
  assert.match(many.at(-1) ?? '', /and 59 more/)
})

test('a wide terminal shows everything', () => {
  const [bar = ''] = drawBar(view, { columns: 120, rows: 24, style })
  assert.match(bar, /74% 893\/1,200 · 3 failed · ETA 1m 01s · 12\.3\/s · 12 retried · 1m 05s$/)
})

test('100 % means all', () => {
  const bar = (done: number): string => {
    return drawBar({ ...view, before: 0, done, failed: 0, total: 1000 }, { columns: 100, rows: 24, style })[0] ?? ''
  }
  assert.match(bar(999), / 99% /)
  assert.ok(bar(999).includes('─'))
  assert.match(bar(1000), /100% /)
  assert.ok(!bar(1000).includes('─'))
})

test('while nobody knows the total, there is no bar and no percentage', () => {
  const [line = ''] = drawBar({ ...view, total: null, eta: undefined }, { columns: 100, rows: 24, style })
  assert.match(line, /^893 finished · 3 failed · 12\.3\/s/)
})
