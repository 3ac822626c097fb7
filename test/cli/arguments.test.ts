import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cpuCount } from 'manyhands'
import * as argument from '../../src/cli/arguments.ts'
import { Columns } from '../../src/cli/formats/fields.ts'
import { withFlags } from '../../src/cli/errors.ts'
import { type Measurement, recommend, worthTrying } from '../../src/cli/commands/tuning.ts'
import { tame } from '../../src/cli/progress/lines.ts'

test('workers are a number or a share of the processors, and at least one', () => {
  assert.equal(argument.workers('3'), 3)
  assert.equal(argument.workers('100%'), cpuCount())
  assert.equal(argument.workers('200%'), 2 * cpuCount())
  assert.equal(argument.workers('0.1%'), 1)
  const wrongs = ['0', '-1', '1.5', 'x', '', '0%', '%', '1e3', '+2']
  for (const wrong of wrongs) assert.throws(() => argument.workers(wrong), wrong)
})

test('when to halt, how long and how much: with units', () => {
  assert.deepEqual(['never', 'now', '3', '10%', '2.50%'].map(argument.halt), ['never', 'now', 3, '10%', '2.5%'])
  for (const wrong of ['0', '0%', '101%', 'soon', '1.5']) assert.throws(() => argument.halt(wrong), wrong)
  assert.deepEqual(['0', '250ms', '1.5s', '5m', '2h'].map(argument.time), [0, 250, 1500, 300_000, 7_200_000])
  for (const wrong of ['5', '5x', '-1s', '']) assert.throws(() => argument.time(wrong), wrong)
  assert.deepEqual(['64KB', '512MB', '2GB'].map(argument.memory), [65_536, 512 * 1024 ** 2, 2 * 1024 ** 3])
  for (const wrong of ['512', '0MB', 'MB']) assert.throws(() => argument.memory(wrong), wrong)
  assert.deepEqual(argument.extensions('.md', argument.extensions('txt, .log')), ['.txt', '.log', '.md'])
})

test('messages of the library name options as the command line does', () => {
  assert.equal(
    withFlags("raise `memoryLimit`, or use taskChanged: 'redo' or restart: true; `x` stays"),
    'raise --memory-limit, or use --task-changed redo or --restart; `x` stays',
  )
})

test('tuning goes on while it pays, and recommends the fewest workers that do as much', () => {
  const rates = (...list: number[]): Measurement[] => {
    return list.map((rate, index) => ({ kind: 'process', workers: index + 1, rate }))
  }
  assert.equal(worthTrying(rates(10), 8), 2)
  assert.equal(worthTrying(rates(10, 20), 8), 3)
  assert.equal(worthTrying(rates(10, 20, 19), 8), 4, 'one step without gain may be chance')
  assert.equal(worthTrying(rates(10, 20, 19, 20), 8), undefined)
  assert.equal(worthTrying(rates(10, 20), 2), undefined)
  assert.equal(worthTrying([{ kind: 'thread', workers: 16, rate: 1 }], 100), 20, 'not one by one')
  assert.equal(recommend(rates(10, 19.5, 20, 20.1)).workers, 2)
  const threads = [19, 40].map((rate, index): Measurement => ({ kind: 'thread', workers: index + 1, rate }))
  assert.deepEqual(recommend([...threads, ...rates(10, 20)]), { kind: 'thread', workers: 2, rate: 40 })
  assert.deepEqual(recommend([...threads, ...rates(20, 39)]), { kind: 'process', workers: 2, rate: 39 })
})

test('columns: fields of objects, kinds that fit all, whole values where there are too many', () => {
  const columns = new Columns()
  columns.add({ key: 'a', value: { n: 1, x: 1, key: 'own' } })
  columns.add({ key: 'b', value: { n: 1.5, x: 'y', none: null } })
  assert.deepEqual(columns.list(), [
    { name: 'key', kind: 'text' },
    { name: 'n', kind: 'number' },
    { name: 'x', kind: 'json' },
    { name: 'value.key', kind: 'text' },
    { name: 'none', kind: 'text' },
  ])
  assert.deepEqual(columns.cells({ key: 'a', value: { n: 1, x: 1, key: 'own' } }), ['a', 1, 1, 'own', null])
  assert.equal(columns.cells({ key: 'c', value: { n: 'text' } }), undefined, 'a line that came meanwhile')
  assert.equal(columns.cells({ key: 'c', value: { m: 1 } }), undefined, 'a field that came meanwhile')

  const wide = new Columns()
  for (let index = 0; index < 300; index++) wide.add({ key: String(index), value: { [`field${index}`]: index } })
  assert.deepEqual(wide.list(), [
    { name: 'key', kind: 'text' },
    { name: 'value', kind: 'json' },
  ])
  assert.deepEqual(wide.cells({ key: '7', value: { field7: 7 } }), ['7', { field7: 7 }])
})

test('what a task writes cannot move the cursor', () => {
  assert.equal(tame('10%\r50%\r100%'), '100%')
  assert.equal(tame('\x1b[2Ja\x1b[1Ab\x07\x1b]'), 'ab')
  assert.equal(tame('\x1b[31mred'), '\x1b[31mred\x1b[0m')
  assert.equal(tame('a\tb'), 'a\tb')
})
