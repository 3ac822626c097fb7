// Nothing is left of a pool that was closed or terminated: no handle, listener, descriptor, thread or process.
import assert from 'node:assert/strict'
import { eachKind, row } from '../helpers/pools.ts'
import { runScript } from '../helpers/script.ts'

interface Measured {
  readonly active: readonly string[]
  readonly listeners: Readonly<Record<string, number>>
  readonly descriptors: number
  readonly children: number
  readonly threads: number
}

eachKind((kind) => {
  row('nothing is left of a pool that ended', async (t) => {
    if (process.platform !== 'linux') return t.skip('looks into /proc')
    const { code, stdout, stderr } = await runScript(t, 'resources.ts', [kind])
    assert.equal(code, 0, stderr)
    const [before, after] = JSON.parse(stdout) as [Measured, Measured]
    // What is there before is Node's own, such as the pipe this script prints to.
    assert.deepEqual(after.active, before.active)
    assert.deepEqual(after.listeners, before.listeners)
    assert.equal(after.descriptors, before.descriptors)
    assert.equal(after.children, before.children)
    assert.ok(after.threads <= before.threads)
    assert.ok(before.children <= 1, 'at most the reaper')
  })
})
