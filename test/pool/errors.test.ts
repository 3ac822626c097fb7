// What callers get when calls, inputs and callbacks fail: POOL-13, POOL-24 to POOL-29, POOL-33, POOL-34.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { NotSerializableError } from 'manyhands'
import { failForInput, identity, square } from '../fixtures/tasks/basic.ts'
import {
  Picky,
  bigError,
  returnFunction,
  returnFunctionFor,
  returnSymbol,
  throwAggregate,
  throwAsync,
  throwHostile,
  throwPicky,
  throwRich,
  throwValue,
} from '../fixtures/faults/errors.ts'
import { failAtGate } from '../fixtures/tasks/gate.ts'
import { openGate } from '../helpers/gate.ts'
import { collect, eachKind, openPool, range, rejection, row, settledSoon, sharePool } from '../helpers/pools.ts'

eachKind((kind) => {
  const shared = sharePool({ kind })

  // Ours: as in CPython the result is delivered; but the pool lives on, and a warning tells the error once.
  row('POOL-13 callback that throws', async () => {
    const pool = shared()
    for (const call of ['applyAsync', 'mapAsync'] as const) {
      const warned = once(process, 'warning')
      const options = {
        callback: () => {
          throw new Error(`from the callback of ${call}`)
        },
      }
      if (call === 'applyAsync') assert.equal(await pool.applyAsync(square, [3], options), 9)
      else assert.deepEqual(await pool.mapAsync(square, [3], options), [9])
      const [warning] = (await warned) as [Error]
      assert.equal(warning.message, `from the callback of ${call}`)
    }
    assert.equal(await pool.apply(square, [4]), 16)
  })

  row('POOL-24 argument not serialisable', async () => {
    const pool = shared()
    const bad = { list: [1, { callback: () => {} }] }
    for (let round = 0; round < 5; round++) {
      for (const attempt of [() => pool.apply(identity, [bad]), () => pool.map(identity, [1, bad, 3])]) {
        const error = await rejection(attempt())
        assert.ok(error instanceof NotSerializableError)
        assert.match(String(error['path']), /list\[1\]\.callback$/)
        assert.match(error.message, /callback is a function/)
      }
    }
    // Only the call that cannot travel fails.
    const inputs: unknown[] = range(50)
    inputs[20] = () => {}
    const stream = pool.imap(identity, inputs)
    for (const x of range(50)) {
      if (x === 20) assert.ok((await rejection(stream.next())) instanceof NotSerializableError)
      else assert.equal((await stream.next()).value, x)
    }
    assert.equal(await pool.apply(square, [4]), 16)
  })

  // Ours: a NotSerializableError that says where in the result the culprit is.
  row('POOL-25 result not serialisable', async () => {
    const pool = shared()
    const before = pool.workers().length
    for (let round = 0; round < 20; round++) {
      const told: unknown[] = []
      const result = pool.applyAsync(returnFunction, [round], { errorCallback: (error) => told.push(error) })
      const error = await rejection(result)
      assert.ok(error instanceof NotSerializableError)
      assert.equal(error['path'], 'the result.rows[1].callback')
      assert.deepEqual(told, [error])
    }
    assert.match((await rejection(pool.apply(returnSymbol))).message, /the result is a symbol/)
    const outcomes = await Promise.allSettled(range(6).map((x) => pool.apply(returnFunctionFor, [x])))
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      range(6).map((x) => (x === 3 ? 'rejected' : 'fulfilled')),
    )
    assert.ok(pool.workers().length <= Math.max(2, before), 'no worker was lost')
  })

  // Ours: the fields that can travel do, under the class's name; nothing is run to rebuild it. (CPython hangs.)
  row('POOL-26 error not serialisable', async () => {
    const pool = shared()
    const hostile = await rejection(pool.apply(throwHostile))
    assert.equal(hostile.name, 'ShopError')
    assert.equal(hostile.message, 'hostile')
    assert.equal(hostile['fine'], 42)
    assert.equal('callback' in hostile, false)
    assert.match(hostile.stack ?? '', /faults\/errors\.ts/)

    const picky = await rejection(pool.apply(throwPicky, [5]))
    assert.equal(picky.constructor.name, Picky.name)
    assert.equal(picky.message, 'picky 5')
    for (const value of ['a string', 42, null, undefined, { code: 1 }, [1]]) {
      await assert.rejects(pool.apply(throwValue, [value]), (thrown) => {
        assert.deepEqual(thrown, value, 'what is no Error arrives as it was thrown')
        return true
      })
    }
    const [outcome] = await Promise.allSettled([pool.apply(throwValue, [undefined])])
    assert.equal(outcome?.status, 'rejected')
    const cause = await rejection(pool.apply(throwValue, [new Error('with a function', { cause: () => {} })]))
    assert.equal(cause.message, 'with a function')
  })

  // Ours: the error itself, with its own stack followed by that of the caller; `cause` stays what the task made it.
  row('POOL-27 remote stack', async () => {
    const pool = shared()
    async function callHere(): Promise<unknown> {
      return pool.apply(throwRich, ['sold out'])
    }
    const error = await rejection(callHere())
    assert.ok(error instanceof RangeError)
    assert.equal(error.constructor.name, 'ShopError')
    assert.equal(error.name, 'ShopError')
    assert.equal(error.message, 'sold out')
    assert.equal(error['code'], 'ERR_SHOP')
    assert.deepEqual(error['shelf'], { row: 7, goods: ['tea', 'rice'] })
    assert.ok(error.cause instanceof TypeError)
    assert.equal(error.cause.message, 'the cause')
    assert.equal(error.cause.cause, 'of it')
    const stack = error.stack ?? ''
    assert.match(stack, /^ShopError: sold out\n/)
    assert.match(stack, /faults\/errors\.ts:\d+/, 'the line in the worker')
    assert.match(stack, /worker P00\d/, 'which worker')
    assert.match(stack, /callHere.*errors\.test\.ts:\d+/, 'the line of the call')
    assert.ok(stack.indexOf('faults/errors.ts') < stack.indexOf('callHere'))

    for (const attempt of [
      () => pool.map(throwAsync, ['a']),
      () => pool.mapAsync(throwAsync, ['a']).get(),
      () => pool.starmap(throwAsync, [['a']]),
      () => collect(pool.imap(throwAsync, ['a'])),
      () => pool.applyAsync(throwAsync, ['a']).get(),
    ]) {
      const { stack = '' } = await rejection(attempt())
      assert.match(stack, /faults\/errors\.ts:\d+/)
      assert.match(stack, /errors\.test\.ts:\d+/, `no line of the caller in ${stack}`)
    }
    const both = (await rejection(pool.apply(throwAggregate))) as unknown as AggregateError
    assert.ok(both instanceof AggregateError)
    assert.deepEqual(
      both.errors.map((each: Error) => each.message),
      ['one', 'two'],
    )
  })

  row('POOL-28 input-iterator error is not remote', async () => {
    const pool = shared()
    const mine = new RangeError('from the inputs')
    function* inputs(): Generator<number> {
      yield 1
      throw mine
    }
    const { stack } = mine
    assert.equal(await rejection(pool.map(square, inputs())), mine)
    assert.equal(await rejection(collect(pool.imapUnordered(square, inputs()))), mine)
    assert.equal(mine.stack, stack)
    assert.equal(mine.cause, undefined)
  })

  // Ours: neither kind wraps. The error of the task is what the caller gets, of its built-in class and class name.
  row('POOL-29 thread pool does not wrap', async () => {
    const pool = shared()
    const error = await rejection(pool.apply(throwValue, [new SyntaxError('as it was')]))
    assert.ok(error instanceof SyntaxError)
    assert.equal(error.cause, undefined)
    assert.deepEqual(Object.keys(error), [])
  })

  row('POOL-33 no fail-fast', async (t) => {
    const pool = openPool(t, { kind })
    const gate = await openGate(t)
    const result = pool.starmap(failAtGate, [
      [gate.path, 'first'],
      [gate.path, 'second'],
    ])
    const [first, second] = await gate.arrivals(['first', 'second'])
    first?.release()
    // The other worker is busy, so this is answered behind the error.
    await pool.apply(identity, [1])
    assert.equal(await settledSoon(result), 'pending', 'one failure does not end the map')
    second?.release()
    assert.equal((await rejection(result)).message, 'first')
    assert.ok((await rejection(pool.map(bigError, [1_000_000, 1_000_001]))).message.length >= 1_000_000)
    await pool.close()
  })

  row('POOL-34 first error wins', async (t) => {
    const pool = openPool(t, { kind })
    const gate = await openGate(t)
    const result = rejection(
      pool.starmap(failAtGate, [
        [gate.path, 'a'],
        [gate.path, 'b'],
      ]),
    )
    const visitors = await gate.arrivals(['b', 'a'])
    for (const visitor of visitors) {
      visitor.release()
      // Answered by the same worker, the only free one, behind the error.
      await pool.apply(identity, [1])
    }
    assert.equal((await result).message, 'b')
    const many = pool.map(
      failForInput,
      range(100).map((x) => ({ bad: [90, 40, 7], x })),
      { chunkSize: 100 },
    )
    assert.equal((await rejection(many)).message, 'no 7')
  })
})
