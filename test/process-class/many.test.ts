// PROC: many processes, and what is left of them. MANYHANDS_LONG=1 starts a thousand.
import assert from 'node:assert/strict'
import { availableParallelism } from 'node:os'
import { Process, WorkerStartError, cpuCount } from 'manyhands'
import { countDescriptors, nothing, sleep } from '../fixtures/processes/targets.ts'
import { row } from '../helpers/pools.ts'
import { make, ran, rowOf, rowOfEach, runScript } from '../helpers/processes.ts'

const LONG = process.env['MANYHANDS_LONG'] === '1'

rowOfEach(
  'PROC-18 a hundred children end at once',
  async (_, kind) => {
    const children = Array.from({ length: 100 }, () => make(kind, { target: nothing }))
    for (const child of children) child.start()
    const codes = await Promise.all(children.map((child) => child.join()))
    assert.deepEqual(codes, Array(100).fill(0))
  },
  120_000,
)

rowOfEach(
  'PROC-18 a hundred children are terminated just after their start',
  async (_, kind) => {
    const children = Array.from({ length: 100 }, () => make(kind, { target: sleep, output: 'ignore' }))
    for (const child of children) child.start()
    for (const child of children) child.terminate()
    const codes = await Promise.all(children.map((child) => child.join()))
    assert.deepEqual(codes, Array(100).fill(-15))
  },
  120_000,
)

rowOf('PROC-25 each child has the same number of open descriptors', async () => {
  const counts: string[] = []
  const children: Process[] = []
  for (let index = 0; index < 5; index++) {
    const waiting = new Process({ target: sleep, output: 'ignore' })
    waiting.start()
    children.push(waiting)
    const { out } = await ran('process', { target: countDescriptors })
    counts.push(...out)
  }
  for (const child of children) child.kill()
  for (const child of children) await child.join()
  assert.deepEqual(counts, Array(5).fill(counts[0]))
})

rowOfEach('PROC-27 a parent whose output nobody reads does not end its children', async (_, kind) => {
  const { code, err } = await runScript('closed-output.ts', [kind], (child) => child.closeOutput())
  assert.deepEqual([code, err], [0, 'child 0\n'])
})

row('PROC-38 cpuCount() is a whole number, at most what the affinity allows', () => {
  assert.ok(Number.isInteger(cpuCount()) && cpuCount() >= 1)
  assert.ok(cpuCount() <= Math.max(1, availableParallelism()))
})

rowOfEach(
  'PROC-41 many started and joined leave nothing, and the parent ends by itself',
  async (_, kind) => {
    const { code, out } = await runScript('many.ts', [kind, LONG ? '1000' : '60'])
    assert.equal(code, 0)
    assert.deepEqual(JSON.parse(out), { failed: 0, active: 0, descriptors: 0, listeners: 0, handles: 0 })
  },
  LONG ? 600_000 : 60_000,
)

rowOf('S0-17 a start that the system refuses is an error that can be caught, not the end of the program', async () => {
  const child = new Process({ target: nothing, execArgv: ['--no-such-option-of-node'], output: 'ignore' })
  child.start()
  assert.equal(await child.join(), 9)
  const { code, out, err } = await runScript('no-descriptors.ts')
  assert.deepEqual([code, out], [0, `${WorkerStartError.name} ERR_WORKER_DIED\nstarted again 0\n`], err)
})
