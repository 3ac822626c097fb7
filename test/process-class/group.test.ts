// S3-01: targets with their arguments, started and joined together.
import assert from 'node:assert/strict'
import { InvalidStateError, NotSerializableError, activeChildren, startAll } from 'manyhands'
import { exitWith, nothing, sleep } from '../fixtures/processes/targets.ts'
import { passGate } from '../fixtures/tasks/gate.ts'
import { openGate } from '../helpers/gate.ts'
import { collector, fixture, rowOf, rowOfEach } from '../helpers/processes.ts'

rowOfEach('S3-01 a list of targets and their arguments is started, and join waits for all', async (_, kind) => {
  const { output, out } = collector()
  const group = startAll(
    [
      [(word: string, times: number) => console.log(word.repeat(times)), ['ab', 2]],
      [exitWith, [3]],
      [nothing],
      [`${fixture('targets.ts')}#echo`, ['by name']],
    ],
    { kind, output, names: ['first', 'second'] },
  )
  assert.deepEqual(
    group.processes.map(({ name, kind: own }) => [/^(Process|Thread)-\d+$/.test(name) ? '' : name, own]),
    [
      ['first', kind],
      ['second', kind],
      ['', kind],
      ['', kind],
    ],
  )
  assert.deepEqual(await group.join(), [0, 3, 0, 0])
  assert.deepEqual(out.sort(), ['["by name"]', 'abab'])
})

rowOfEach('S3-01 all of them run at once', async (t, kind) => {
  const gate = await openGate(t)
  const group = startAll(
    ['a', 'b', 'c'].map((name) => [passGate, [gate.path, name]] as const),
    { kind },
  )
  const visitors = await gate.arrivals(['a', 'b', 'c'])
  assert.deepEqual(await group.join(0), [null, null, null])
  for (const visitor of visitors) visitor.release()
  assert.deepEqual(await group.join(), [0, 0, 0])
})

rowOfEach('S0-18 when one cannot be started, those before it are ended', async (_, kind) => {
  const pairs = [[sleep], [nothing, [() => {}]]] as unknown as [[() => void]]
  assert.throws(() => startAll(pairs, { kind, output: 'ignore' }), NotSerializableError)
  const ended = activeChildren()
  assert.ok(ended.length <= 1)
  for (const process of ended) assert.equal(await process.join(), -15)
})

rowOfEach('a group can be ended together', async (_, kind) => {
  const group = startAll([[sleep], [sleep]], { kind, output: 'ignore' })
  group.terminate()
  assert.deepEqual(await group.join(), [-15, -15])
  const other = startAll([[sleep], [sleep]], { kind, output: 'ignore' })
  await other[Symbol.asyncDispose]()
  await assert.rejects(other.join(), InvalidStateError)
})

rowOf('nothing to start is fine', async () => {
  assert.deepEqual(await startAll([]).join(), [])
})
