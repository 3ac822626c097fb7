// memoryLimit: a worker that grows beyond it is ended, named, and replaced; nobody else is hurt.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { InvalidOptionError, Pool, WorkerDiedError } from 'manyhands'
import { square } from '../fixtures/tasks/basic.ts'
import * as memory from '../fixtures/faults/memory.ts'
import { eachKind, openPool, range, rejection, row } from '../helpers/pools.ts'
import { startScript } from '../helpers/script.ts'

eachKind((kind) => {
  row('memoryLimit is checked', () => {
    for (const memoryLimit of [0, -1, 'much', '12 apples', Number.NaN]) {
      assert.throws(
        () => new Pool({ kind, memoryLimit }),
        (error) => {
          return error instanceof InvalidOptionError && error.option === 'memoryLimit'
        },
      )
    }
  })

  for (const [name, task] of Object.entries(memory)) {
    row(`a worker that grows by ${name} is ended at its limit, and only it`, async (t) => {
      const pool = openPool(t, { kind, workers: 2, memoryLimit: '96MB', output: 'ignore' })
      const others = pool.mapAsync(square, range(100))
      const error = await rejection(pool.apply(task, ['input']))
      assert.ok(error instanceof WorkerDiedError)
      assert.match(error.reason, kind === 'thread' ? /^memory-limit$/ : /^(memory-limit|out-of-memory)$/)
      assert.match(error.message, /memory/)
      assert.equal(error.input, 'input')
      assert.deepEqual(await others, range(100).map(square))
      assert.equal(await pool.apply(square, [3]), 9)
    })
  }

  row('a worker within its limit is left alone', async (t) => {
    const pool = openPool(t, { kind, workers: 1, memoryLimit: '256MB' })
    const fill = (size: number): number => new Array<number>(size).fill(1.5).length
    assert.equal(
      (
        await pool.map(
          fill,
          range(20).map(() => 1_000_000),
        )
      ).length,
      20,
    )
    assert.equal(pool.workers().length, 1)
  })
})

row('a thread that cannot be stopped is given up', async (t) => {
  const { child } = startScript(t, 'unkillable.ts')
  let printed = ''
  child.stdout?.on('data', (text: string) => (printed += text))
  while (!printed.endsWith('9\n') && child.stdout) await once(child.stdout, 'data')
  assert.equal(printed, 'TaskTimeoutError\n9\n')
})
