// PROC: how a process is defined, and what it is before its start.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type Socket, createServer } from 'node:net'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import {
  InvalidOptionError,
  InvalidStateError,
  ModuleNotFoundError,
  NotSerializableError,
  Process,
  Thread,
} from 'manyhands'
import {
  Counting,
  Deeper,
  MethodProcess,
  MethodThread,
  OverridingProcess,
  OverridingThread,
  Secretive,
  Unregistered,
  UnregisteredBelow,
  UnboundMethod,
  UpperCasingProcess,
  UpperCasingThread,
  WithFunction,
  countHere,
} from '../fixtures/processes/classes.ts'
import { Point, doublePoint, echo, nothing, whoAmI, withParts } from '../fixtures/processes/targets.ts'
import { row } from '../helpers/pools.ts'
import { collector, fixture, make, ran, rowOf, rowOfEach, runScript } from '../helpers/processes.ts'
import { openFolder } from '../helpers/tmp.ts'

const stateError =
  (message: RegExp) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof InvalidStateError)
    assert.match(error.message, message)
    return true
  }

rowOfEach('PROC-01 a process that was not started has a name, no pid and no exit code', async (_, kind) => {
  const process = make(kind, { target: nothing })
  assert.match(process.name, kind === 'thread' ? /^Thread-\d+$/ : /^Process-\d+$/)
  assert.deepEqual([process.kind, process.daemon, process.isAlive()], [kind, false, false])
  assert.deepEqual([process.pid, process.exitCode], [null, null])
  assert.throws(() => process.sentinel, stateError(/call start\(\) first/))
  assert.equal(Number(/\d+/.exec(make(kind).name)?.[0]), Number(/\d+/.exec(process.name)?.[0]) + 1)
})

rowOfEach('PROC-02 S2-06 args may be any iterable; the child receives exactly these', async (_, kind) => {
  const iterator = [1, 'two'].values()
  for (const [args, expected] of [
    [[1, { two: 2 }], '[1,{"two":2}]'],
    [new Uint8Array([3, 4]), '[3,4]'],
    [iterator, '[1,"two"]'],
    [new Set(['a']), '["a"]'],
    [['one argument'], '["one argument"]'],
    [[['a', 'list']], '[["a","list"]]'],
    [[], '[]'],
  ] as const) {
    const { out, code } = await ran(kind, { target: `${fixture('targets.ts')}#echo`, args })
    assert.deepEqual([out, code], [[expected], 0])
  }
})

row('PROC-02 S2-06 what is no list of arguments is refused, a string too', () => {
  for (const args of ['text', 7, {}, true]) {
    assert.throws(
      () => Reflect.construct(Process, [{ target: echo, args }]),
      (error) => {
        assert.ok(error instanceof InvalidOptionError)
        assert.match(error.message, /^Expected `args` to be an array or another iterable/)
        return true
      },
    )
  }
})

rowOfEach('PROC-03 options travel as one object', async (_, kind) => {
  const { out } = await ran(kind, { target: echo, args: [{ hello: 23, bye: 2.54 }] })
  assert.deepEqual(out, ['[{"hello":23,"bye":2.54}]'])
})

rowOfEach('PROC-04 S2-07 the name is set when it is made or before it starts', async (_, kind) => {
  const { output, out } = collector()
  const process = make(kind, { target: whoAmI, name: 'SomeProcess', output })
  assert.equal(process.name, 'SomeProcess')
  process.name = 'x'
  process.start()
  assert.throws(() => (process.name = 'y'), stateError(/it has started/))
  await process.join()
  assert.equal((JSON.parse(out[0] ?? '') as { name: string }).name, 'x')
  assert.throws(() => Reflect.set(make(kind), 'name', 7), InvalidOptionError)
  assert.throws(() => make(kind, { name: 7 as unknown as string }), InvalidOptionError)
})

rowOfEach('PROC-09 daemon is what it is said to be, and cannot change after the start', async (_, kind) => {
  for (const [daemon, expected] of [
    [true, true],
    [false, false],
    [undefined, false],
  ] as const) {
    const process = make(kind, { target: nothing, daemon })
    assert.equal(process.daemon, expected)
    process.daemon = !expected
    assert.equal(process.daemon, !expected)
    process.start()
    assert.throws(() => (process.daemon = expected), stateError(/it has started/))
    assert.equal(await process.join(), 0)
  }
  assert.throws(() => make(kind, { daemon: 'yes' as unknown as boolean }), InvalidOptionError)
})

rowOfEach('PROC-30 a subclass overrides run(), which runs in the child only', async (_, kind) => {
  const { output, out } = collector()
  const Kind = kind === 'thread' ? OverridingThread : OverridingProcess
  const process = new Kind({ name: 'process_0', output })
  process.start()
  assert.equal(await process.join(), 0)
  assert.deepEqual(out, ['process name process_0 is running----count:1'])
  assert.equal(countHere(), 0)
})

rowOf('PROC-30 a subclass of a subclass runs as itself, and the constructor runs here only', async () => {
  const { output, out } = collector()
  const deeper = new Deeper({ name: 'deep', output })
  const counting = Object.assign(new Counting(output), { number: 5 })
  deeper.start()
  await deeper.join()
  assert.deepEqual(out, ['process name deep is running----count:1', 'deeper true'])
  counting.start()
  assert.equal(await counting.join(), 0)
  assert.equal(out.at(-1), '5 0')
})

rowOfEach('PROC-31 a method is the target, and this is a copy', async (_, kind) => {
  const { output, out } = collector()
  const child = kind === 'thread' ? new MethodThread('bound', output) : new MethodProcess('bound', output)
  child.start()
  assert.equal(await child.join(), 0)
  assert.deepEqual(out, ['process name bound is running----count:1', 'a,b'])
  assert.deepEqual(child.state.words, ['a'])
})

rowOf('PROC-31 a method itself is a target too, with arguments', async () => {
  const { output, out } = collector()
  const child = new UnboundMethod('word', output)
  child.start()
  assert.equal(await child.join(), 0)
  assert.deepEqual(out, ['UnboundMethod 1 word true'])
})

rowOfEach('PROC-32 ten children each count for themselves', async (_, kind) => {
  const Kind = kind === 'thread' ? OverridingThread : OverridingProcess
  const all: string[] = []
  const children = Array.from({ length: 10 }, (_unused, index) => {
    const { output, out } = collector()
    const child = new Kind({ name: `process_${index}`, output })
    child.start()
    return { child, out }
  })
  for (const { child, out } of children) {
    assert.equal(await child.join(), 0)
    all.push(...out)
  }
  assert.deepEqual(
    all,
    children.map((_unused, index) => `process name process_${index} is running----count:1`),
  )
  assert.equal(countHere(), 0)
})

rowOfEach('a target may be inline, a path, a URL, or a task with setup and teardown', async (_, kind) => {
  const path = fixture('targets.ts')
  const inline = await ran(kind, { target: (word: string) => console.log(word.toUpperCase()), args: ['inline'] })
  assert.deepEqual(inline.out, ['INLINE'])
  const url = new URL(`file://${path}#echo`)
  assert.deepEqual((await ran(kind, { target: url, args: [1] })).out, ['[1]'])
  assert.deepEqual((await ran(kind, { target: withParts, args: ['all'] })).out, ['all ready', 'torn down'])
  assert.throws(() => make(kind, { target: './no-such-file.ts#main' }), ModuleNotFoundError)
  assert.throws(() => make(kind, { target: 7 as unknown as string }), InvalidOptionError)
})

rowOf('PROC-29 a subclass has a pipe of its own: a thread', async () => {
  const { port1, port2 } = new MessageChannel()
  const upperCaser = new UpperCasingThread(port2)
  upperCaser.start()
  for (const [word, upper] of [
    ['hello', 'HELLO'],
    ['again', 'AGAIN'],
  ]) {
    const answer = once(port1, 'message')
    port1.postMessage(word)
    assert.deepEqual(await answer, [upper])
  }
  port1.postMessage(null)
  assert.equal(await upperCaser.join(), 0)
  port1.close()
})

rowOf('PROC-29 a subclass has a pipe of its own: a process', async (t) => {
  const path = join(openFolder(t), 'socket')
  const server = createServer()
  t.after(() => server.close())
  server.listen(path)
  const upperCaser = new UpperCasingProcess(path)
  upperCaser.start()
  const [socket] = (await once(server, 'connection')) as [Socket]
  socket.setEncoding('utf8')
  socket.write('hello')
  assert.deepEqual(await once(socket, 'data'), ['HELLO'])
  socket.end()
  assert.equal(await upperCaser.join(), 0)
})

rowOfEach("an argument may be of a class that only the target's module registers", async (_, kind) => {
  assert.deepEqual((await ran(kind, { target: doublePoint, args: [new Point(21)] })).out, ['42'])
})

rowOfEach('PROC-12 a process starts once', async (_, kind) => {
  const process = make(kind, { target: nothing })
  process.start()
  assert.throws(() => process.start(), stateError(/only once/))
  await process.join()
  assert.throws(() => process.start(), stateError(/only once/))
})

rowOfEach('PROC-13 nobody joins a process that was not started', async (_, kind) => {
  await assert.rejects(make(kind, { target: nothing }).join(), stateError(/call start\(\) first/))
  assert.throws(() => make(kind).terminate(), stateError(/call start\(\) first/))
})

rowOf('a class that cannot be found elsewhere, or a field that cannot travel, is refused at the start', () => {
  assert.throws(() => new Unregistered().start(), stateError(/static { this\.register\(import\.meta\) }/))
  assert.throws(() => new UnregisteredBelow().start(), stateError(/UnregisteredBelow is unknown/))
  assert.throws(
    () => new WithFunction({ name: 'f' }).start(),
    (error) => {
      assert.ok(error instanceof NotSerializableError)
      assert.match(error.message, /^f\.fields\.callback is a function/)
      return true
    },
  )
  assert.throws(() => Process.register.call(class extends Process {}, import.meta), InvalidOptionError)
  assert.throws(() => Process.register.call(Thread, {} as ImportMeta), InvalidOptionError)
})

rowOf('a `#private` field is not copied, and the error says so', async () => {
  const { output, err } = collector()
  const process = new Secretive({ output })
  process.start()
  assert.equal(await process.join(), 1)
  assert.match(err.join('\n'), /ordinary fields only, not the `#private` ones/)
})

rowOfEach('PROC-24 the arguments are let go of once they were sent', async (_, kind) => {
  assert.equal((await runScript('release.ts', [kind])).out, '0 collected\n')
})
