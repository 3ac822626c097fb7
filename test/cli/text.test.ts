import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nearest } from '../../src/cli/suggest.ts'
import { shellLine } from '../../src/cli/shell.ts'
import { table } from '../../src/cli/terminal/table.ts'
import { showCount, showDuration, showEta, showRate } from '../../src/cli/terminal/units.ts'
import { cut, cutStart, oneLine, padEnd, padStart, width } from '../../src/cli/terminal/width.ts'
import { plainStyle } from './plain-style.ts'

const plain = plainStyle

test('width counts columns, not characters', () => {
  assert.equal(width('abc'), 3)
  assert.equal(width('é'), 1)
  assert.equal(width('e\u0301'), 1)
  assert.equal(width('日本語'), 6)
  assert.equal(width('👩‍👩‍👧'), 2)
  assert.equal(width('\x1b[31mred\x1b[39m'), 3)
  assert.equal(width(''), 0)
})

test('cutting keeps whole characters and the width', () => {
  assert.equal(cut('abcdef', 4), 'abc…')
  assert.equal(cut('abc', 3), 'abc')
  assert.equal(cut('日本語', 4), '日…')
  assert.equal(cutStart('日本語', 4), '…語')
  assert.equal(cutStart('logs/2026/access.log', 11), '…access.log')
  for (const columns of [0, 1, 2, 3, 7]) {
    assert.ok(width(cut('日本語 text', columns)) <= columns, `cut to ${columns}`)
    assert.ok(width(cutStart('日本語 text', columns)) <= columns, `cut at its start to ${columns}`)
  }
  assert.equal(padEnd('日', 4), '日  ')
  assert.equal(padStart('日', 4), '  日')
})

test('one line cannot move the cursor', () => {
  assert.equal(oneLine('a\r\n  b\tc\x1b[2J\x07'), 'a b c')
})

test('durations, rates and amounts are short and never wrong by a unit', () => {
  const durations = [
    [0.42, '0.42ms'],
    [9.96, '10ms'],
    [850, '850ms'],
    [999.4, '999ms'],
    [999.6, '1.0s'],
    [12_340, '12.3s'],
    [59_940, '59.9s'],
    [59_960, '1m 00s'],
    [192_000, '3m 12s'],
    [3_599_400, '59m 59s'],
    [3_599_600, '1h 00m'],
    [7_500_000, '2h 05m'],
    [360_000_000, '4d 4h'],
  ] as const
  for (const [milliseconds, shown] of durations) assert.equal(showDuration(milliseconds), shown)
  assert.deepEqual([0, 400, 59_001, 61_000].map(showEta), ['0s', '1s', '1m 00s', '1m 01s'])
  const rates = [0, 0.001, 0.2, 1, 3.21, 12.34, 1234.5].map(showRate)
  assert.deepEqual(rates, ['0/s', '3.6/h', '12/min', '1/s', '3.2/s', '12.3/s', '1,235/s'])
  assert.equal(showCount(1_234_567), '1,234,567')
})

test('a table fits where its columns may be cut', () => {
  const columns = [
    { title: 'Item', cut: 'start' },
    { title: 'Tries', align: 'right' },
    { title: 'Error', cut: 'end' },
  ] as const
  const error = 'TypeError: something went\nwrong in a long way'
  const rows = [
    ['a/very/long/path/to/a/file.txt', '3', error],
    ['b', '10', ''],
  ]
  for (const limit of [30, 40, 60]) {
    for (const line of table(columns, rows, plain, limit)) assert.ok(width(line) <= limit, `${limit}: ${line}`)
  }
  const [title = '', first = ''] = table(columns, rows, plain)
  assert.equal(title, 'Item                            Tries  Error')
  assert.equal(first, 'a/very/long/path/to/a/file.txt      3  TypeError: something went wrong in a long way')
})

test('a mistyped word finds what was meant, and nothing else', () => {
  assert.equal(nearest('acess-log', ['access-log', 'big-file']), 'access-log')
  assert.equal(nearest('cvs', ['csv', 'json']), 'csv')
  assert.equal(nearest('CSV', ['csv', 'json']), 'csv')
  assert.equal(nearest('xyz', ['csv', 'json']), undefined)
})

test('a command line can be pasted into a shell', () => {
  const words = ['run', './tasks.ts#count', 'a b/*.txt', "it's", '50%', '#x', '']
  assert.equal(shellLine(words), `run ./tasks.ts#count 'a b/*.txt' 'it'\\''s' 50% '#x' ''`)
})
