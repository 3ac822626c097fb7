// S2-02 to S2-05: the three ways to define a process, as the example shows them.
import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { row } from '../helpers/pools.ts'
import { runScript } from '../helpers/processes.ts'

const example = fileURLToPath(new URL('../../examples/three-ways.ts', import.meta.url))

row(
  'S2-02 S2-03 S2-04 S2-05 PROC-30 PROC-31 PROC-32 all three ways print the same, and main is last',
  async () => {
    const { code, out, err } = await runScript(example)
    assert.deepEqual([code, err], [0, ''])
    const expected = Array.from({ length: 10 }, (_, index) => `process name process_${index} is running----count:1`)
    const lines = out.split('\n')
    for (const way of [0, 1, 2]) {
      const part = lines.slice(way * 11, way * 11 + 11)
      assert.equal(part.pop(), 'this main process, count:0')
      assert.deepEqual(part.sort(), expected)
    }
    assert.deepEqual(lines.slice(33), [''])
  },
  60_000,
)
