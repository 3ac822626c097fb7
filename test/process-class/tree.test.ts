// PROC: parents, children and grandchildren, and who ends with whom.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type Socket, createServer } from 'node:net'
import { join } from 'node:path'
import { InvalidOptionError, type OutputLine, Pool, Process } from 'manyhands'
import { grow, haveChild, haveOutliver, haveTiedChild, whoAmI } from '../fixtures/processes/targets.ts'
import { openGate } from '../helpers/gate.ts'
import { make, ran, rowOf, rowOfEach, runScript } from '../helpers/processes.ts'
import { openFolder } from '../helpers/tmp.ts'

rowOf('PROC-08 a grandchild that may go on sees the death of its parent', async (t) => {
  const server = createServer()
  t.after(() => server.close())
  const path = join(openFolder(t), 'socket')
  server.listen(path)
  const child = new Process({ target: haveOutliver, args: [path], name: 'middle' })
  child.start()
  const [socket] = (await once(server, 'connection')) as [Socket]
  socket.setEncoding('utf8')
  let text = ''
  socket.on('data', (part: string) => (text += part))
  await once(socket, 'data')
  child.kill()
  await once(socket, 'end')
  assert.equal(text, 'watching\n[true,false,"middle"]')
  assert.equal(await child.join(), -9)
})

for (const busy of [false, true]) {
  for (const daemon of [false, true]) {
    const what = `${busy ? 'busy' : 'waiting'} ${daemon ? 'daemon' : 'child'}`
    rowOf(`PROC-10 a ${what} ends when its parent is killed`, async (t) => {
      const gate = await openGate(t)
      const child = new Process({ target: haveTiedChild, args: [gate.path, busy, daemon] })
      child.start()
      const grandchild = await gate.arrival('grandchild')
      child.kill()
      await grandchild.gone
      assert.equal(await child.join(), -9)
    })
  }
}

rowOfEach('PROC-10 when the main process ends, daemons end and the others are waited for', async (t, kind) => {
  const gate = await openGate(t)
  const program = runScript('daemons.ts', [kind, gate.path])
  const [daemon, child] = [await gate.arrival('daemon'), await gate.arrival('child')]
  child.release()
  await daemon.gone
  const { code, out, err } = await program
  assert.deepEqual([code, out, err], [0, 'main ends\n', ''])
})

rowOfEach('PROC-11 a daemon has no children, unless it may', async (_, kind) => {
  const refused = await ran(kind, { target: haveChild, args: [kind], daemon: true, name: 'd' })
  assert.equal(refused.code, 1)
  assert.match(refused.err.join('\n'), /InvalidStateError: daemonic processes are not allowed to have children: d is/)
  const allowed = await ran(kind, { target: haveChild, args: [kind], daemon: true, allowChildren: true })
  assert.match(allowed.out.join(), /^child (Process|Thread)-\d+:1 daemon:true exit:0$/)
  const ordinary = await ran(kind, { target: haveChild, args: [kind === 'thread' ? 'process' : 'thread'] })
  assert.match(ordinary.out.join(), /^child (Process|Thread)-\d+:1 daemon:false exit:0$/)
})

rowOf('outliveParent is for processes', () => {
  assert.throws(() => make('thread', { target: whoAmI, outliveParent: true }).start(), InvalidOptionError)
})

rowOfEach('PROC-19 processes within processes, in order', async (_, kind) => {
  const { code, out, err } = await ran(kind, { target: grow, args: [[], kind] })
  assert.deepEqual([code, err], [0, []])
  assert.deepEqual(out, ['[]', '[0]', '[0,0]', '[0,1]', '[1]', '[1,0]', '[1,1]'])
})

rowOfEach('PROC-33 a script without its guard is told so, and starts no more', async (_, kind) => {
  const { code, out, err } = await runScript('no-guard.ts', [kind])
  // In a thread or process that imports the script again, it must fail; the arguments are those of the main one only.
  assert.deepEqual([code, out], [0, 'code 1\n'])
  assert.match(err, /MainGuardError: .*no-guard\.ts starts workers while .* `if \(isMain\(import\.meta\)\) \{/)
})

rowOf('PROC-40 Ctrl-C: the main process decides, and the children print nothing', async (t) => {
  const gate = await openGate(t)
  let pid = 0
  const program = runScript('ctrl-c.ts', [gate.path, 'decides'], undefined, (started) => (pid = started))
  await gate.arrivals(['one', 'two'])
  process.kill(-pid, 'SIGINT')
  assert.deepEqual(await program, { code: 0, signal: null, out: 'main decides\none -15\ntwo -15\n', err: '' })
})

rowOf('PROC-40 Ctrl-C: without a handler the main process ends, and its children with it', async (t) => {
  const gate = await openGate(t)
  let pid = 0
  const program = runScript('ctrl-c.ts', [gate.path], undefined, (started) => (pid = started))
  const children = await gate.arrivals(['one', 'two'])
  process.kill(-pid, 'SIGINT')
  assert.deepEqual(await program, { code: null, signal: 'SIGINT', out: '', err: '' })
  for (const child of children) await child.gone
})

rowOfEach('PROC-06 a worker of a pool knows its name and its parent', async (_, kind) => {
  const lines: OutputLine[] = []
  const pool = new Pool({ workers: 1, kind, output: (line) => lines.push(line) })
  await pool.apply(whoAmI)
  await pool.close()
  assert.deepEqual(JSON.parse(lines[0]?.text ?? ''), {
    name: 'P000',
    ownPid: true,
    daemon: false,
    exitCode: null,
    alive: true,
    parent: { name: 'MainProcess', pid: process.pid },
    parentAlive: true,
  })
})
