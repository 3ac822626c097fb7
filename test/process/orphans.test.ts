// What becomes of workers whose owner ends in some way of its own.
import assert from 'node:assert/strict'
import { death } from '../helpers/alive.ts'
import { openGate } from '../helpers/gate.ts'
import { eachKind, row } from '../helpers/pools.ts'
import { startScript } from '../helpers/script.ts'

eachKind((kind) => {
  for (const signal of ['SIGKILL', 'SIGTERM', 'SIGSEGV'] as const) {
    row(`S4-04 LIFE-01 owner ended by ${signal}: no worker is left, busy, waiting or idle`, async (t) => {
      const gate = await openGate(t)
      const { child, ended } = startScript(t, 'owner.ts', [kind, gate.path])
      const visitors = await gate.arrivals(['loop', 'wait', 'idle'])
      if (kind === 'process') assert.ok(visitors.every(({ pid }) => pid !== child.pid))
      child.kill(signal)
      assert.equal((await ended).signal, signal)
      for (const visitor of visitors) await death(visitor)
    })
  }

  // Ctrl-C reaches the whole process group. Workers leave what it means to their owner.
  row('S0-23 Ctrl-C ends owner and workers without a word', async (t) => {
    const gate = await openGate(t)
    const { child, ended } = startScript(t, 'owner.ts', [kind, gate.path], { detached: true })
    const visitors = await gate.arrivals(['loop', 'wait', 'idle'])
    process.kill(-(child.pid ?? 0), 'SIGINT')
    const { signal, stdout, stderr } = await ended
    assert.deepEqual({ signal, stdout, stderr }, { signal: 'SIGINT', stdout: '', stderr: '' })
    for (const visitor of visitors) await death(visitor)
  })

  row('S0-20 an owner that handles Ctrl-C gets what its workers were doing', async (t) => {
    const gate = await openGate(t)
    const { child, ended } = startScript(t, 'graceful.ts', [kind, gate.path], { detached: true })
    const visitors = await gate.arrivals(['a', 'b'])
    process.kill(-(child.pid ?? 0), 'SIGINT')
    await gate.arrival('interrupted')
    gate.open()
    const { code, stdout, stderr } = await ended
    assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: 'a b\n', stderr: '' })
    for (const visitor of visitors) await death(visitor)
  })
})
