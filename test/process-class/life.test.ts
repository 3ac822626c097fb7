// PROC: the life of a process, from its start to its exit code.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InvalidStateError, WorkerDiedError, activeChildren, currentProcess, parentProcess } from 'manyhands'
import {
  breakOutput,
  exitWith,
  fail,
  failLater,
  longLines,
  nothing,
  onSelf,
  pending,
  setExitCode,
  sleep,
  spin,
  waitForNothing,
  whoAmI,
  writeAtExit,
} from '../fixtures/processes/targets.ts'
import { type Kind, row } from '../helpers/pools.ts'
import { collector, make, ran, rowOf, rowOfEach } from '../helpers/processes.ts'
import { openFolder } from '../helpers/tmp.ts'

/** A process whose function runs: it said so. */
async function running(kind: Kind, target: () => unknown = sleep): Promise<ReturnType<typeof make>> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const process = make(kind, { target, output: ({ text }) => resolve(text) })
  process.start()
  await promise
  return process
}

rowOfEach('PROC-05 S2-01 from the start to the end it is among the active children', async (_, kind) => {
  const process = make(kind, { target: nothing })
  assert.equal(activeChildren().includes(process), false)
  process.start()
  assert.deepEqual([activeChildren().includes(process), process.isAlive(), process.exitCode], [true, true, null])
  assert.equal(await process.join(), 0)
  assert.deepEqual([activeChildren().includes(process), process.isAlive()], [false, false])
  assert.deepEqual([process.exitCode, process.error], [0, undefined])
})

rowOfEach('PROC-06 currentProcess() and PROC-07 parentProcess() in a child', async (_, kind) => {
  const { out, process: child } = await ran(kind, { target: whoAmI, name: 'me' })
  assert.deepEqual(JSON.parse(out[0] ?? ''), {
    name: 'me',
    ownPid: true,
    daemon: false,
    exitCode: null,
    alive: true,
    parent: { name: 'MainProcess', pid: process.pid },
    parentAlive: true,
  })
  assert.equal(child.pid === process.pid, kind === 'thread')
})

row('PROC-06 currentProcess() and PROC-07 parentProcess() in the main process', () => {
  const { name, pid, daemon } = currentProcess()
  assert.deepEqual([name, pid, daemon, currentProcess().isAlive()], ['MainProcess', process.pid, false, true])
  assert.equal(currentProcess(), currentProcess())
  assert.equal(parentProcess(), null)
})

rowOfEach('PROC-13 nobody joins or ends a process that another one started', async (_, kind) => {
  const { out } = await ran(kind, { target: onSelf })
  assert.deepEqual(JSON.parse(out[0] ?? ''), Array(5).fill('ERR_INVALID_STATE'))
})

rowOfEach('PROC-14 join with a timeout gives null while it runs', async (_, kind) => {
  const process = await running(kind)
  for (const timeout of [0, -1]) assert.equal(await process.join(timeout), null)
  const begin = performance.now()
  assert.equal(await process.join('200ms'), null)
  assert.ok(performance.now() - begin >= 184, 'it returned too early')
  assert.equal(process.isAlive(), true)
  process.kill()
  assert.equal(await process.join(), -9)
})

rowOfEach('PROC-15 join can be repeated', async (_, kind) => {
  const process = make(kind, { target: exitWith, args: [3] })
  process.start()
  assert.deepEqual(await Promise.all([process.join(), process.join()]), [3, 3])
  assert.deepEqual([await process.join(), await process.join(0), process.exitCode], [3, 3, 3])
})

for (const [id, act, code] of [
  ['PROC-16', 'terminate', -15],
  ['PROC-17', 'kill', -9],
] as const) {
  for (const target of [sleep, spin]) {
    rowOfEach(`${id} ${act} ends a process in ${target === spin ? 'a loop' : 'its sleep'}`, async (_, kind) => {
      const process = await running(kind, target)
      process[act]()
      assert.equal(await process.join(), code)
      assert.deepEqual([process.exitCode, process.isAlive(), process.error], [code, false, undefined])
      assert.equal(activeChildren().includes(process), false)
      process[act]()
    })
  }
}

rowOf('PROC-16 a process may handle SIGTERM', async () => {
  const { promise, resolve } = Promise.withResolvers<string>()
  const child = make('process', {
    target: () => {
      process.on('SIGTERM', () => process.exit(5))
      setInterval(() => {}, 1000)
      console.log('ready')
    },
    output: ({ text }) => resolve(text),
  })
  child.start()
  await promise
  child.terminate()
  assert.equal(await child.join(), 5)
})

rowOf('a death that nobody asked for is told', async () => {
  const child = await running('process')
  process.kill(child.pid ?? 0, 'SIGKILL')
  assert.equal(await child.join(), -9)
  assert.ok(child.error instanceof WorkerDiedError)
  assert.equal(child.error.signal, 'SIGKILL')
})

rowOfEach('PROC-20 the sentinel tells the end', async (_, kind) => {
  const process = await running(kind)
  const { sentinel } = process
  assert.equal(sentinel, process.sentinel)
  assert.equal(sentinel.ended, false)
  const turn = new Promise((resolve) => setImmediate(resolve, 'not ready'))
  assert.equal(await Promise.race([sentinel, turn]), 'not ready')
  process.terminate()
  await sentinel
  assert.equal(sentinel.ended, true)
  const { process: other } = await ran(kind, { target: nothing })
  assert.equal(other.sentinel.ended, true)
  await other.sentinel
})

rowOfEach('PROC-21 close() is for what has ended, and once is enough', async (_, kind) => {
  const process = await running(kind)
  assert.throws(() => process.close(), InvalidStateError)
  process.kill()
  await process.join()
  process.close()
  process.close()
  for (const use of [
    () => process.isAlive(),
    () => process.terminate(),
    () => process.kill(),
    () => process.pid,
    () => process.exitCode,
    () => process.sentinel,
    () => process.start(),
  ]) {
    assert.throws(use, InvalidStateError)
  }
  await assert.rejects(process.join(), InvalidStateError)
  const unused = make(kind)
  unused.close()
  assert.throws(() => unused.start(), InvalidStateError)
})

rowOfEach('PROC-22 an error ends it with 1, and its stack is on stderr under its name', async (_, kind) => {
  const { code, out, err, process } = await ran(kind, { target: fail, args: ['broken'], name: 'breaker' })
  assert.deepEqual([code, out], [1, ['before']])
  assert.equal(err[0], `${kind === 'thread' ? 'Thread' : 'Process'} breaker:`)
  assert.equal(err[1], 'RangeError: broken')
  assert.match(err.join('\n'), /at .*targets\.ts:\d+:\d+[^]*wanted: 7/)
  const { error } = process
  assert.ok(error instanceof RangeError && 'wanted' in error)
  assert.deepEqual([error.message, error.wanted], ['broken', 7])
})

rowOfEach('PROC-22 an error that nobody catches does so too, when its function had returned', async (_, kind) => {
  const { code, err, process } = await ran(kind, { target: failLater, args: ['late'], name: 'breaker' })
  assert.equal(code, 1)
  assert.equal(err[0], `${kind === 'thread' ? 'Thread' : 'Process'} breaker:`)
  assert.match(err.join('\n'), /RangeError: late\n\s+at /)
  assert.ok(process.error instanceof RangeError)
})

rowOfEach('PROC-23 process.exit takes every form', async (_, kind) => {
  for (const [args, code, text] of [
    [[8], 8, []],
    [[0], 0, []],
    [[], 0, []],
    [[true], 1, []],
    [[false], 0, []],
    [['7'], 7, []],
    [['text'], 1, ['text']],
    [[[1, 2]], 1, ['[ 1, 2 ]']],
  ] as const) {
    const { code: got, err } = await ran(kind, { target: exitWith, args })
    assert.deepEqual([got, err], [code, text], `exit(${JSON.stringify(args).slice(1, -1)})`)
  }
  assert.equal((await ran(kind, { target: setExitCode })).code, 9)
})

rowOfEach('PROC-26 it waits for its timers; process.exit cuts them short', async (_, kind) => {
  const waited = await ran(kind, { target: pending, args: [false] })
  assert.deepEqual([waited.code, waited.out], [0, ['function done', 'timer done']])
  const cut = await ran(kind, { target: pending, args: [true] })
  assert.deepEqual([cut.code, cut.out], [4, ['function done']])
})

rowOfEach('a promise that nothing can settle ends it with an error, not with 0', async (_, kind) => {
  const { code, err } = await ran(kind, { target: waitForNothing, name: 'waiter' })
  assert.equal(code, 13)
  assert.match(err.join('\n'), /waiter waits for a promise that nothing is left to settle/)
})

rowOfEach('PROC-27 a child that breaks its own output goes on', async (_, kind) => {
  assert.equal((await ran(kind, { target: breakOutput })).code, 0)
})

rowOfEach('PROC-28 exit handlers run in the child', async (t, kind) => {
  const file = join(openFolder(t), 'exit')
  await ran(kind, { target: writeAtExit, args: [file] })
  assert.equal(readFileSync(file, 'utf8'), 'exit 0')
})

rowOfEach('lines of several children do not mix, and all are there when they were joined', async (_, kind) => {
  const { output, out } = collector()
  const children = ['a', 'b', 'c'].map((letter) => make(kind, { target: longLines, args: [letter], output }))
  for (const child of children) child.start()
  for (const child of children) assert.equal(await child.join(), 0)
  assert.equal(out.length, 60)
  for (const line of out) assert.match(line, /^(a{100000}|b{100000}|c{100000})$/)
})

rowOfEach('leaving an `await using` block ends it', async (_, kind) => {
  const process = await running(kind)
  await process[Symbol.asyncDispose]()
  assert.throws(() => process.pid, InvalidStateError)
})
