// imap and imapUnordered: POOL-14 to POOL-23, POOL-58 to POOL-60.
import assert from 'node:assert/strict'
import { InvalidOptionError, TimeoutError } from 'manyhands'
import { failForThree, later, square, whoAmI } from '../fixtures/tasks/basic.ts'
import { passGateInput } from '../fixtures/tasks/gate.ts'
import { openGate } from '../helpers/gate.ts'
import { collect, eachKind, openPool, range, rejection, row, sharePool } from '../helpers/pools.ts'

/** Numbers from 0 on, with an error in place of number `at`. */
function* failingAt(at: number): Generator<number> {
  for (let x = 0; ; x++) {
    if (x === at) throw new RangeError(`input ${at}`)
    yield x
  }
}

/** What a stream gives until it ends, errors as their messages. */
async function outcomes(stream: AsyncIterator<unknown>): Promise<unknown[]> {
  const all: unknown[] = []
  for (;;) {
    try {
      const { value, done } = await stream.next()
      if (done) return all
      all.push(value)
    } catch (error) {
      all.push((error as Error).message)
    }
  }
}

const byNumber = (a: unknown, b: unknown): number => Number(a) - Number(b)

eachKind((kind) => {
  const shared = sharePool({ kind })

  row('POOL-14 imap order', async () => {
    const pool = shared()
    const stream = pool.imap(square, range(10))
    for (const x of range(10)) assert.deepEqual(await stream.next(), { value: x * x, done: false })
    assert.deepEqual(await stream.next(), { value: undefined, done: true })
    assert.deepEqual(await stream.next(), { value: undefined, done: true })
    const many = await collect(pool.imap(square, range(1000).values(), { chunkSize: 100 }))
    assert.deepEqual(many, range(1000).map(square))
    assert.deepEqual(await collect(pool.imap(later, range(1000))), range(1000))
  })

  row('POOL-15 imap next timeout', async (t) => {
    const pool = shared()
    const gate = await openGate(t)
    const stream = pool.imap(passGateInput, [
      [gate.path, 'a'],
      [gate.path, 'b'],
    ] as const)
    const error = await rejection(stream.next(1))
    assert.ok(error instanceof TimeoutError)
    gate.open()
    assert.deepEqual(await stream.next('10s'), { value: 'a', done: false })
    assert.deepEqual(await stream.next(), { value: 'b', done: false })
    assert.equal((await stream.next(1)).done, true)
  })

  row('POOL-16 imap error, chunk 1', async () => {
    const pool = shared()
    assert.deepEqual(await outcomes(pool.imap(failForThree, range(6), { chunkSize: 1 })), [0, 1, 2, 'no 3', 4, 5])
    const unordered = await outcomes(pool.imapUnordered(failForThree, range(6), { chunkSize: 1 }))
    assert.deepEqual(unordered.filter((value) => value !== 'no 3').sort(byNumber), [0, 1, 2, 4, 5])
    assert.equal(unordered.length, 6)
  })

  // Ours: exactly the item that failed throws. (CPython loses its whole chunk and everything after it.)
  row('POOL-17 imap error, chunk 2', async () => {
    const pool = shared()
    for (const chunkSize of [2, 4, 100]) {
      const stream = pool.imap(failForThree, range(6), { chunkSize })
      assert.deepEqual(await outcomes(stream), [0, 1, 2, 'no 3', 4, 5])
    }
  })

  row('POOL-18 imap chunksize 0', () => {
    const pool = shared()
    for (const option of ['chunkSize', 'window']) {
      for (const value of [0, -1, 1.5]) {
        const start = () => pool.imap(square, [1], { [option]: value })
        assert.throws(start, (error) => error instanceof InvalidOptionError && error.option === option)
        assert.throws(() => pool.imapUnordered(square, [1], { [option]: value }), InvalidOptionError)
      }
    }
  })

  row('POOL-19 imapUnordered', async () => {
    const pool = shared()
    assert.deepEqual((await collect(pool.imapUnordered(square, range(10)))).sort(byNumber), range(10).map(square))
    const many = await collect(pool.imapUnordered(square, range(1000), { chunkSize: 100 }))
    assert.deepEqual(many.sort(byNumber), range(1000).map(square))
  })

  row('POOL-20 imapUnordered as they finish', async (t) => {
    const pool = openPool(t, { kind, workers: 3 })
    const gate = await openGate(t)
    const stream = pool.imapUnordered(
      passGateInput,
      [3, 1, 2].map((name) => [gate.path, name] as const),
    )
    const visitors = await gate.arrivals([1, 2, 3])
    for (const visitor of visitors) {
      visitor.release()
      assert.equal((await stream.next()).value, Number(visitor.name))
    }
    assert.equal((await stream.next()).done, true)
  })

  row('POOL-21 iterable that throws, map', async () => {
    const pool = shared()
    const broken = {
      length: 1,
      [Symbol.iterator]: () => {
        throw new RangeError('input 0')
      },
    }
    for (const inputs of [() => failingAt(0), () => failingAt(3), () => broken as Iterable<number>]) {
      for (let twice = 0; twice < 2; twice++) {
        const error = await rejection(pool.map(square, inputs()))
        assert.ok(error instanceof RangeError, 'the very error of the input')
        assert.match(error.message, /^input [03]$/)
      }
    }
    assert.deepEqual(await pool.map(square, [2]), [4])
  })

  // Ours: with any chunk size, every value before the error.
  row('POOL-22 iterable that throws, imap', async () => {
    const pool = shared()
    for (const [at, chunkSize] of [
      [0, 1],
      [3, 1],
      [7, 2],
      [7, 4],
    ] as const) {
      assert.deepEqual(await outcomes(pool.imap(later, failingAt(at), { chunkSize })), [...range(at), `input ${at}`])
      async function* soon(): AsyncGenerator<number> {
        yield* failingAt(at)
      }
      assert.deepEqual(await outcomes(pool.imap(later, soon(), { chunkSize })), [...range(at), `input ${at}`])
    }
  })

  row('POOL-23 iterable that throws, imapUnordered', async () => {
    const pool = shared()
    const [error, ...values] = (await outcomes(pool.imapUnordered(later, failingAt(3)))).toReversed()
    assert.equal(error, 'input 3', 'the error comes last')
    assert.deepEqual(values.sort(byNumber), [0, 1, 2])
  })

  // Ours: at most `window` inputs are ahead of the results that were consumed; by default twice what the workers have
  // in hand.
  row('POOL-58 laziness of imap', async (t) => {
    const pool = shared()
    for (const method of ['imap', 'imapUnordered'] as const) {
      const windows = [
        [{}, 4],
        [{ chunkSize: 3 }, 12],
        [{ window: 1 }, 1],
        [{ window: 7 }, 7],
      ] as const
      for (const [options, window] of windows) {
        let taken = 0
        function* endless(): Generator<number> {
          for (;;) yield taken++
        }
        async function* endlessAsync(): AsyncGenerator<number> {
          for (;;) yield taken++
        }
        for (const inputs of [endless(), endlessAsync()]) {
          taken = 0
          const stream = pool[method](later, inputs, options)
          for (let consumed = 1; consumed <= 10; consumed++) {
            await stream.next()
            // The first results may have taught the pool to hand out more at once.
            if ('window' in options || 'chunkSize' in options) {
              assert.ok(taken <= consumed + window, `${taken} taken, ${consumed} consumed, window ${window}`)
            }
          }
          await stream.return()
        }
      }
    }
    const fresh = openPool(t, { kind })
    const gate = await openGate(t)
    let taken = 0
    function* names(): Generator<readonly [string, number]> {
      for (;;) yield [gate.path, taken++]
    }
    const stream = fresh.imap(passGateInput, names())
    await gate.arrivals([0, 1])
    assert.ok(taken <= 4, `${taken} inputs were taken before the first result`)
    gate.open()
    for (const x of range(100)) assert.equal((await stream.next()).value, x)
    await stream.return()
  })

  row('POOL-59 break out of imap', async () => {
    const pool = shared()
    for (const method of ['imap', 'imapUnordered'] as const) {
      let taken = 0
      let closed = 0
      function* million(): Generator<number> {
        try {
          while (taken < 1_000_000) yield taken++
        } finally {
          closed++
        }
      }
      const seen: number[] = []
      for await (const x of pool[method](later, million())) {
        seen.push(x)
        if (seen.length === 3) break
      }
      assert.equal(seen.length, 3)
      assert.equal(closed, 1, 'the inputs are told')
      assert.ok(taken < 10_000, `${taken} inputs taken`)
      assert.deepEqual(await pool.map(square, [1, 2, 3]), [1, 4, 9])
    }
    const stream = pool.imap(square, range(10))
    const pending = stream.next()
    await stream.return()
    await pending
    assert.deepEqual(await stream.next(), { value: undefined, done: true })
  })

  row('POOL-60 order of starts', async (t) => {
    const pool = openPool(t, { kind, workers: 3 })
    const gate = await openGate(t)
    const result = pool.map(
      passGateInput,
      range(12).map((name) => [gate.path, name] as const),
      { chunkSize: 1 },
    )
    await gate.arrivals(range(3))
    // One goes on at a time, so that the next to arrive is the next to start.
    for (const name of range(12)) {
      gate.visitor(name)?.release()
      if (name + 3 < 12) await gate.arrival(name + 3)
    }
    await result
    assert.deepEqual(gate.order.slice(0, 3).sort(), ['0', '1', '2'])
    assert.deepEqual(gate.order.slice(3), range(3, 12).map(String))
  })

  // Short calls travel ahead in batches, but none waits behind a long one while another worker is idle.
  row('S4-09 imap gives items to the next free worker', async (t) => {
    const pool = openPool(t, { kind })
    const gate = await openGate(t)
    gate.open((name) => name !== '0')
    for (const method of ['imapUnordered', 'map'] as const) {
      const inputs = range(1000).map((name) => [gate.path, name] as const)
      const seen: Promise<unknown>[] = []
      if (method === 'map') seen.push(pool.map(passGateInput, inputs))
      else for (const stream = pool[method](passGateInput, inputs); seen.length < 1000;) seen.push(stream.next())
      // While the first holds one worker, the other does all the rest.
      const slow = await gate.arrival(0)
      await gate.arrivals(range(1, 1000))
      slow.release()
      await Promise.all(seen)
    }
  })

  row('a stream ends with what it has when its signal aborts', async () => {
    const pool = shared()
    const controller = new AbortController()
    const stream = pool.imap(square, range(100), { signal: controller.signal, window: 2 })
    assert.equal((await stream.next()).value, 0)
    controller.abort(new Error('enough'))
    const rest = await outcomes(stream)
    assert.equal(rest.at(-1), 'enough')
    assert.ok(rest.length < 10)
    assert.equal(new Set(await pool.map(whoAmI, range(4))).size >= 1, true)
  })
})
