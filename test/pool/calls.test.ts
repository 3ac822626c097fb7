// apply, map, starmap and their ...Async forms: POOL-01 to POOL-12.
import assert from 'node:assert/strict'
import { InvalidOptionError, Pool, cpuCount } from 'manyhands'
import { identity, multiply, nothing, parse, square, squareOf, sum, whoAmI } from '../fixtures/tasks/basic.ts'
import { passGate } from '../fixtures/tasks/gate.ts'
import { openGate } from '../helpers/gate.ts'
import { collect, eachKind, openPool, range, rejection, row, sharePool } from '../helpers/pools.ts'

eachKind((kind) => {
  const shared = sharePool({ kind })

  row('POOL-01 bad size', () => {
    for (const workers of [0, -1, 1.5, Number.NaN, Infinity]) {
      assert.throws(
        () => new Pool({ workers, kind }),
        (error) => {
          assert.ok(error instanceof InvalidOptionError)
          assert.equal(error.option, 'workers')
          assert.match(error.message, new RegExp(`got ${workers}$`))
          return true
        },
      )
    }
  })

  // Ours: named P000, P001, …; and a worker is started when there is a call for it, so an unused pool has none.
  row('POOL-02 default size', async (t) => {
    const pool = new Pool({ kind })
    assert.equal(pool.size, cpuCount())
    assert.deepEqual(pool.workers(), [])
    await pool.terminate()

    const gate = await openGate(t)
    const three = openPool(t, { workers: 3, kind })
    const results = range(3).map((name) => three.apply(passGate, [gate.path, name]))
    await gate.arrivals(range(3))
    assert.deepEqual(
      three.workers().map(({ name }) => name),
      ['P000', 'P001', 'P002'],
    )
    assert.ok(three.workers().every((worker) => worker.kind === kind && worker.state === 'busy'))
    gate.open()
    await Promise.all(results)
  })

  // Ours: a call has one list of arguments; what Python passes by keyword is one object.
  row('POOL-03 apply', async () => {
    const pool = shared()
    assert.equal(await pool.apply(square, [5]), 25)
    assert.equal(await pool.apply(squareOf, [{ x: 3 }]), 9)
    assert.equal(await pool.apply(sum, [1, 2, 3, 4]), 10)
    assert.equal(await pool.apply(sum), 0)
    assert.equal(await pool.apply(nothing), undefined)
    assert.equal(await pool.submit(square, [6]), 36)
  })

  row('POOL-04 map', async () => {
    const pool = shared()
    for (const [n, options] of [
      [10, {}],
      [100, { chunkSize: 20 }],
      [5000, {}],
      [7, { chunkSize: 100 }],
    ] as const) {
      assert.deepEqual(await pool.map(square, range(n), options), range(n).map(square))
    }
  })

  // Ours: without chunkSize the size of a batch is learned from the time calls take, not computed from the length,
  // and grows only for calls shorter than a millisecond. With it, a map is cut into ceil(n / chunkSize) batches.
  row('POOL-05 map default chunk', async (t) => {
    for (const [n, chunkSize, batches] of [
      [8, 4, 2],
      [10, 4, 3],
      [3, 100, 1],
    ] as const) {
      // A worker of this pool takes one batch in its life, so that workers count batches.
      const pool = openPool(t, { kind, maxTasksPerWorker: 1 })
      const workers = await pool.map(whoAmI, range(n), { chunkSize })
      assert.equal(new Set(workers).size, batches)
      const first = (index: number): string | undefined => workers[index - (index % chunkSize)]
      assert.deepEqual(workers, range(n).map(first), 'a batch is what stands side by side')
    }
    const pool = shared()
    for (const chunkSize of [0, -1, 0.5]) {
      assert.match((await rejection(pool.map(square, [1], { chunkSize }))).message, /chunkSize/)
    }
  })

  row('POOL-06 map of an iterator', async () => {
    const pool = shared()
    async function* slow(): AsyncGenerator<number> {
      for (const x of range(50)) yield await Promise.resolve(x)
    }
    assert.deepEqual(await pool.map(square, range(50).values()), range(50).map(square))
    assert.deepEqual(await pool.map(square, new Set([3, 1, 2])), [9, 1, 4])
    assert.deepEqual(await pool.map(square, slow()), range(50).map(square))
    assert.deepEqual(await pool.map(parse, '123'), [1, 2, 3])
    const wrong = await rejection(pool.map(square, 5 as unknown as number[]))
    assert.ok(wrong instanceof InvalidOptionError)
    assert.match(wrong.message, /`inputs` to be an iterable or async iterable, got 5/)
  })

  row('POOL-07 map empty', async (t) => {
    const pool = openPool(t, { kind })
    async function* none(): AsyncGenerator<number> {}
    for (const empty of [() => [], () => new Set<number>(), () => [].values(), none]) {
      assert.deepEqual(await pool.map(square, empty()), [])
      assert.deepEqual(await pool.starmap(multiply, empty() as Iterable<[number, number]>), [])
      assert.deepEqual(await collect(pool.imap(square, empty())), [])
      assert.deepEqual(await collect(pool.imapUnordered(square, empty())), [])
      assert.deepEqual(await pool.mapAsync(square, empty(), { chunkSize: 1 }).get('10s'), [])
    }
    assert.deepEqual(pool.workers(), [], 'nothing to do starts nobody')
  })

  row('POOL-08 starmap', async () => {
    const pool = shared()
    const pairs = range(100).map((x) => [x, x + 1] as const)
    assert.deepEqual(
      await pool.starmap(multiply, pairs),
      pairs.map(([x, y]) => x * y),
    )
    assert.deepEqual(
      await pool.starmap(multiply, pairs.values(), { chunkSize: 20 }),
      pairs.map(([x, y]) => x * y),
    )
    assert.deepEqual(await pool.starmap(sum, [[], [1], [1, 2, 3]]), [0, 1, 6])
  })

  row('POOL-09 starmapAsync', async () => {
    const pool = shared()
    const result = pool.starmapAsync(multiply, [
      [1, 2],
      [3, 4],
    ])
    assert.deepEqual(await result.get('10s'), [2, 12])
  })

  row('POOL-10 mapAsync', async () => {
    const pool = shared()
    const result = pool.mapAsync(square, range(10))
    assert.equal(result.ready(), false)
    assert.deepEqual(await result.get('10s'), range(10).map(square))
    assert.equal(result.ready(), true)
  })

  row('POOL-11 callbacks', async () => {
    const pool = shared()
    const log: unknown[] = []
    const options = {
      callback: (values: number[]) => log.push(['value', values]),
      errorCallback: (error: unknown) => log.push(['error', (error as Error).name]),
    }
    await pool.mapAsync(parse, ['1'], options).wait()
    assert.deepEqual(log, [['value', [1]]])
    assert.equal((await rejection(pool.mapAsync(parse, ['a'], options).get())).name, 'TypeError')
    assert.deepEqual(log, [
      ['value', [1]],
      ['error', 'TypeError'],
    ])
  })

  row('POOL-12 applyAsync error callback', async () => {
    const pool = shared()
    let told: unknown
    const result = pool.applyAsync(parse, ['x'], { errorCallback: (error) => (told = error) })
    assert.equal(await rejection(result.get()), told)
    assert.equal(result.successful(), false)
  })

  row('values arrive as they were sent', async () => {
    const pool = shared()
    const values = [
      undefined,
      null,
      true,
      0,
      -0,
      Number.NaN,
      2n ** 80n,
      '',
      'é😀\ud800',
      new Date(0),
      /a/giu,
      new Map([[{ a: 1 }, new Set([1])]]),
      new Array(3),
      { a: undefined },
      new Uint8Array([1, 2]),
      new Float64Array(3),
      Buffer.from('text'),
      new Error('as a value'),
      'DONE',
    ]
    assert.deepEqual(await pool.map(identity, values), values)
    const cycle: { self?: unknown } = {}
    cycle.self = cycle
    const back = (await pool.apply(identity, [cycle])) as typeof cycle
    assert.equal(back.self, back)
  })

  row('S4-16 the parent works on between mapAsync and get', async (t) => {
    const gate = await openGate(t)
    const pool = shared()
    const result = pool.starmapAsync(passGate, [
      [gate.path, 'a'],
      [gate.path, 'b'],
    ])
    await gate.arrivals(['a', 'b'])
    assert.equal(result.ready(), false)
    gate.open()
    assert.deepEqual(await result, ['a', 'b'])
  })
})
