import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, test } from 'node:test'
import { Decoder, Encoder, registerWireType } from '../../src/wire/codec/index.ts'
import { assertSameIdentity } from './codec-identity.ts'

const encoder = new Encoder()
const decoder = new Decoder()

function roundTrip(value: unknown): unknown {
  return decoder.decode(encoder.encode(value).bytes)
}

/** Several times: shapes are learnt, then readers compiled. */
function assertClones(value: unknown): void {
  for (let i = 0; i < 40; i++) {
    const copy = roundTrip(value)
    const expected: unknown = structuredClone(value)
    assertSameIdentity(copy, expected)
    assert.deepStrictEqual(copy, expected)
  }
}

describe('numbers and strings', () => {
  test('every corner of the numbers', () => {
    const numbers = [
      0,
      -0,
      1,
      -1,
      127,
      128,
      -128,
      2 ** 31 - 1,
      2 ** 31,
      -(2 ** 31),
      -(2 ** 31) - 1,
      2 ** 32,
      2 ** 53,
      0.1,
      5e-324,
      NaN,
      Infinity,
      -Infinity,
    ]
    for (const number of numbers) {
      assert.ok(Object.is(roundTrip(number), number), String(number))
      assertClones([number, number, number, number, number])
      assertClones([1, 2, 3, number])
      assertClones([number, 'a', 1, 2])
      assertClones({ number })
    }
    for (const big of [0n, -1n, 2n ** 63n, 2n ** 63n - 1n, -(2n ** 63n), -(2n ** 63n) - 1n, 3n ** 500n]) {
      assert.equal(roundTrip(big), big)
    }
  })

  test('strings of every width and length', () => {
    for (const character of ['a', '\u00ff', '\u0100', '日', '😀', '\ud800', '\udc00', '\u0000']) {
      for (const length of [0, 1, 12, 13, 24, 25, 63, 64, 254, 255, 512, 513, 2047, 2049, 16_384, 16_385, 100_000]) {
        const text = character.repeat(length)
        assert.equal(roundTrip(text), text)
        assert.deepEqual(roundTrip([text, 'x', text, 'é', '']), [text, 'x', text, 'é', ''])
        assert.deepEqual(roundTrip({ text, after: 'after' }), { text, after: 'after' })
      }
    }
  })

  test('more text than one chunk, narrow and wide by turns', () => {
    const texts = Array.from({ length: 20_000 }, (_, i) => (i % 5000 < 2500 ? `text ${i}` : `텍스트 ${i}`))
    assert.deepEqual(roundTrip(texts), texts)
    const rows = texts.map((text, i) => ({ i, text, [`key${i % 7}`]: text.slice(2) }))
    assert.deepEqual(roundTrip(rows), rows)
  })
})

describe('objects', () => {
  test('keys that mean something elsewhere are ordinary keys', () => {
    const json = '{"__proto__": {"a": 1}, "constructor": 2, "hasOwnProperty": 3, "": 4, "a\\u0000b": 5, "7": 6, "1": 7}'
    const value: unknown = JSON.parse(json)
    assertClones(value)
    assertClones([value, value, { inner: value }])
  })

  test('an object of 70 000 keys, and of more than a shape may have', () => {
    for (const count of [63, 64, 65, 66, 1000, 70_000]) {
      const value = Object.fromEntries(Array.from({ length: count }, (_, i) => [`key ${i}`, i]))
      assert.deepStrictEqual(roundTrip([value, value, { ...value }]), [value, value, { ...value }])
    }
  })

  test('more shapes than the tree keeps', () => {
    const value = Array.from({ length: 20_000 }, (_, i) => ({ [`a${i}`]: i, [`b${i}`]: i, c: { [`d${i % 3000}`]: 1 } }))
    for (let i = 0; i < 3; i++) assert.deepStrictEqual(roundTrip(value), value)
    assertClones({ a: 1, b: { c: 2 } })
  })

  test('one shape within another, of the same keys and of others', () => {
    assertClones({ a: { a: { a: {} } }, b: { b: [{ a: 1 }, { b: 1 }, { a: 1, b: 1 }, { b: 1, a: 1 }] } })
  })

  test('a key that Object.prototype was given is not sent', () => {
    const { prototype } = Object
    Object.defineProperty(prototype, 'injected', { value: 1, enumerable: true, configurable: true, writable: true })
    try {
      assert.deepEqual(Object.keys(roundTrip({ a: 1 }) as object), ['a'])
    } finally {
      Reflect.deleteProperty(prototype, 'injected')
    }
    assert.deepEqual(Object.keys(roundTrip({ a: 1 }) as object), ['a'])
  })

  test('instances become plain objects; getters are called once, symbols and inherited fields left out', () => {
    class Base {
      inherited = 1
      get computed(): number {
        return 2
      }
    }
    class Derived extends Base {
      own = [1, 2]
      static x = 1
    }
    function Old(this: Record<string, unknown>): void {
      this['own'] = 1
    }
    Old.prototype.onPrototype = 'enumerable'
    class MyMap<K, V> extends Map<K, V> {}
    assertClones([new Derived(), Reflect.construct(Old, []) as object, new MyMap([[1, 2]])])
    let calls = 0
    assert.deepEqual(
      roundTrip({
        get a() {
          return ++calls
        },
        [Symbol('s')]: 1,
      }),
      { a: 1 },
    )
    assert.equal(calls, 1)
  })

  test('a getter that changes the object changes what follows, as with structured clone', () => {
    const make = (): object => ({
      get a(): number {
        Reflect.deleteProperty(this, 'b')
        return 1
      },
      b: 2,
      c: 3,
    })
    assert.deepEqual(roundTrip(make()), structuredClone(make()))
    class Deletes {
      a = 1
      b = 2
      constructor() {
        Object.defineProperty(this, 'a', { enumerable: true, get: () => Reflect.deleteProperty(this, 'b') })
      }
    }
    assert.deepEqual(roundTrip(new Deletes()), structuredClone(new Deletes()))
  })

  test('a getter may encode something itself', () => {
    const value = {
      get inner() {
        return encoder.encode([1, { a: 2 }]).bytes.slice().length > 0
      },
      b: 'b',
    }
    assert.deepEqual(roundTrip(value), { inner: true, b: 'b' })
  })

  test('what a getter throws is thrown, and the encoder goes on', () => {
    const failure = new RangeError('from the getter')
    assert.throws(
      () =>
        encoder.encode([
          1,
          'text',
          {
            get a() {
              throw failure
            },
          },
        ]),
      (error) => error === failure,
    )
    assertClones([1, 'text', { a: 1 }])
  })

  test('objects in the guise of plain ones go as what they are', () => {
    const map: unknown = Object.setPrototypeOf(new Map([[1, 2]]), Object.prototype)
    assert.deepEqual(roundTrip([map, map]), [new Map([[1, 2]]), new Map([[1, 2]])])
    const [a, b] = roundTrip([map, map]) as [unknown, unknown]
    assert.equal(a, b)
    for (const type of [Map, Set, Date, Error, RegExp, Uint8Array, ArrayBuffer]) {
      const fake = Object.create(type.prototype) as object
      assertClones([fake, new Map([[1, 2]]), new Set([3]), new Date(4)])
    }
  })
})

describe('arrays', () => {
  test('holes, further keys, and lengths without values', () => {
    const extra = Object.assign([1, 2, 3], { extra: 'x', '01': 2, '-1': 3 })
    const sparse = Object.assign([], { 5: 1, 20_000: 2, extra: { a: 1 } })
    const match: unknown = /b(?<c>c)/.exec('abcd')
    // oxlint-disable-next-line no-sparse-arrays -- they are the point.
    assertClones([[,], [, 1], [1, , 2], [undefined, , undefined], extra, sparse, match, new Array(3), []])
    assertClones(new Array(50_000))
    for (const length of [99, 100, 101, 5000]) {
      const long = Array.from({ length }, (_, i) => i)
      assertClones(long)
      assertClones(Object.assign([...long], { extra: 1 }))
      assertClones(Object.assign(long.map(String), { extra: 1 }))
      Reflect.deleteProperty(long, 3)
      assertClones(long)
      assertClones(Object.assign(long, { extra: 1 }))
    }
    const key = `[ ... 200 more items ]`
    assertClones(
      Object.assign(
        Array.from({ length: 200 }, () => 1),
        { [key]: 1 },
      ),
    )
  })

  test('items of one type but for one', () => {
    const long = 'b'.repeat(600)
    const pairs = [
      [1, 1.5],
      [1.5, 'a'],
      ['a', 1],
      ['a', long],
      [1, null],
      [1, undefined],
      [1, -0],
      ['a', { a: 1 }],
    ]
    for (const [most, other] of pairs) {
      for (const place of [0, 1, 5, 9]) {
        const array = new Array<unknown>(10).fill(most)
        array[place] = other
        assertClones([array, array])
      }
    }
  })

  test('a million numbers', () => {
    const ints = Array.from({ length: 1_000_000 }, (_, i) => i - 500_000)
    assert.deepEqual(roundTrip(ints), ints)
    const doubles = ints.map((i) => i / 3)
    assert.deepEqual(roundTrip(doubles), doubles)
  })
})

describe('identity', () => {
  test('cycles and repeated references of every container', () => {
    const object: Record<string, unknown> = { name: 'root' }
    const array: unknown[] = [object]
    const map = new Map<unknown, unknown>([[object, array]])
    const set = new Set<unknown>([map, array])
    const error = new Error('an error')
    Object.assign(object, { object, array, map, set })
    array.push(array, set, map)
    map.set(map, map).set('set', set)
    set.add(set)
    const copy = roundTrip([object, array, map, set, object])
    assertSameIdentity(copy, structuredClone([object, array, map, set, object]))
    Object.assign(error, { self: error, cause: object })
    const [e, o] = roundTrip([error, object]) as [{ self: unknown; cause: unknown }, unknown]
    assert.equal(e.self, e)
    assert.equal(e.cause, o)
  })

  test('leaves that occur twice are one', () => {
    const leaves: unknown[] = [
      new Date(1),
      /a/g,
      Object(1),
      new Uint8Array(3),
      new ArrayBuffer(2),
      Buffer.from('ab'),
      new Error('e'),
      new DOMException('d'),
      new URL('https://example.org'),
    ]
    for (const leaf of leaves) {
      const [a, b, c] = roundTrip([leaf, { leaf }, leaf]) as [unknown, { leaf: unknown }, unknown]
      assert.equal(a, c)
      assert.equal(a, b.leaf)
    }
  })

  test('more objects than are compared one by one, the first of them again at the end', () => {
    const rows = Array.from({ length: 1000 }, (_, i) => ({ i }))
    assertClones([...rows, ...rows])
  })
})

describe('depth', () => {
  function nest(levels: number, wrap: (inner: unknown) => unknown): unknown {
    let value: unknown = 'innermost'
    for (let i = 0; i < levels; i++) value = wrap(value)
    return value
  }
  const depthOf = (value: unknown, unwrap: (outer: never) => unknown): number => {
    let levels = 0
    for (; value !== 'innermost'; levels++) value = unwrap(value as never)
    return levels
  }

  test('100 000 levels of objects, arrays and maps', () => {
    const levels = 100_000
    assert.equal(
      depthOf(roundTrip(nest(levels, (a) => ({ a }))), ({ a }: { a: unknown }) => a),
      levels,
    )
    assert.equal(
      depthOf(roundTrip(nest(levels, (a) => [a])), ([a]: unknown[]) => a),
      levels,
    )
    const maps = roundTrip(nest(levels, (a) => new Map([['k', a]])))
    assert.equal(
      depthOf(maps, (map: Map<string, unknown>) => map.get('k')),
      levels,
    )
    assert.equal(
      depthOf(roundTrip(nest(levels, (a) => [1, a, { b: 1 }])), ([, a]: unknown[]) => a),
      levels,
    )
    const keyed = roundTrip(nest(levels, (a) => Object.assign([1], { a })))
    assert.equal(
      depthOf(keyed, ({ a }: { a: unknown }) => a),
      levels,
    )
  })

  test('a long list linked both ways', () => {
    interface Node {
      next?: Node
      previous?: Node
      value: number
    }
    const first: Node = { value: 0 }
    for (let node = first, i = 1; i < 20_000; i++) node = node.next = { value: i, previous: node }
    let count = 1
    for (let node = roundTrip(first) as Node; node.next !== undefined; node = node.next, count++) {
      assert.equal(node.next.previous, node)
      assert.equal(node.next.value, count)
    }
    assert.equal(count, 20_000)
  })

  test('where nothing can be put off: 900 levels, and a clear error for more', () => {
    const wraps = [
      (a: unknown) => new Set([a]),
      (a: unknown) => new Map([[a, 1]]),
      (a: unknown) => new Error('e', { cause: a }),
    ]
    for (const wrap of wraps) {
      roundTrip(nest(900, wrap))
      const refusal = { code: 'ERR_NOT_SERIALIZABLE', message: /nested more than 1000 levels/ }
      assert.throws(() => roundTrip(nest(20_000, wrap)), refusal)
    }
    const mixed = roundTrip(nest(450, (a) => new Set([{ a }])))
    assert.equal(
      depthOf(mixed, (set: Set<{ a: unknown }>) => [...set][0]?.a),
      450,
    )
  })
})

describe('bytes', () => {
  test('views of one buffer share it on the other side', () => {
    const buffer = new ArrayBuffer(32)
    new Uint8Array(buffer).forEach((_, i, bytes) => {
      bytes[i] = i
    })
    const part = new Float32Array(buffer, 8, 2)
    assertClones([new Uint8Array(buffer), part, buffer, new DataView(buffer, 3, 4), new Uint8Array(buffer)])
    assertClones([part, new Uint8Array(buffer), buffer])
    assertClones({ buffer, view: new BigInt64Array(buffer, 8) })
  })

  test('resizable buffers stay so, and views follow them if they did', () => {
    const cases = [
      [4, 12, 1],
      [4, 12, 1, 2],
      [4, 4, 1],
      [4, 4, 1, 3],
      [8, 8, 0],
      [8, 8, 0, 8],
      [8, 16, 8],
      [0, 16, 0],
      [8, 8, 8],
    ] as const
    for (const [size, max, offset, length] of cases) {
      const buffer = new ArrayBuffer(size, { maxByteLength: max })
      new Uint8Array(buffer).fill(7)
      const lengths = (view: Uint8Array<ArrayBuffer>): number[] =>
        [max, 2, size].map((to) => {
          view.buffer.resize(to)
          return view.length
        })
      const view = length === undefined ? new Uint8Array(buffer, offset) : new Uint8Array(buffer, offset, length)
      const copy = roundTrip(view) as Uint8Array<ArrayBuffer>
      assert.deepEqual(new Uint8Array(buffer), new Uint8Array(size).fill(7))
      assert.deepEqual(new Uint8Array(copy.buffer), new Uint8Array(buffer))
      assert.deepEqual(lengths(copy), lengths(structuredClone(view)), `${size} of ${max}, ${offset}, ${length}`)
    }
  })

  test('a Buffer arrives as a Buffer, with its own bytes and not those of the pool', () => {
    for (const size of [0, 1, 3, 2048, 2049, 100_000]) {
      const buffer = Buffer.alloc(size, 'abc')
      const copy = roundTrip(['x', buffer])
      assert.deepStrictEqual(copy, ['x', buffer])
    }
    const pooled = Buffer.from('in a pool')
    assert.ok(encoder.encode(pooled).bytes.length < 100)
    assert.deepStrictEqual(roundTrip(pooled), pooled)
  })

  test('what was decoded does not share memory with the frame', () => {
    const make = (): unknown => ({ a: new Uint8Array([1, 2, 3]), b: Buffer.from('abc'), c: 'text '.repeat(20) })
    const frame = encoder.encode(make()).bytes.slice()
    const copy = decoder.decode(frame)
    frame.fill(0)
    assert.deepStrictEqual(copy, make())
  })

  test('a frame is read at any place in memory, shared memory too', () => {
    const value = { ints: [1, 2, 3, 4, 5], doubles: [1.5, 2.5, 3.5, 4.5], f64: Float64Array.of(1, 2), text: '日本語' }
    const frame = encoder.encode(value).bytes
    for (const memory of [new ArrayBuffer(frame.length + 100), new SharedArrayBuffer(frame.length + 100)]) {
      for (let offset = 0; offset < 20; offset++) {
        const place = new Uint8Array(memory as ArrayBuffer, offset, frame.length)
        place.set(frame)
        assert.deepStrictEqual(decoder.decode(place), value)
      }
    }
  })

  test('a large frame, then a small one', () => {
    const bytes = new Uint8Array(50_000_000).fill(3)
    assert.deepEqual((roundTrip({ bytes }) as { bytes: Uint8Array }).bytes.length, bytes.length)
    assertClones({ a: 1 })
  })
})

describe('wire types', () => {
  class Point {
    readonly x: number
    readonly y: number
    constructor(x: number, y: number) {
      this.x = x
      this.y = y
    }
  }
  class Point3 extends Point {}
  class Tally extends Map<string, number> {}
  registerWireType({
    name: 'test.Point',
    class: Point,
    encode: (p: Point): [number, number] => [p.x, p.y],
    decode: ([x, y]) => new Point(x, y),
  })
  registerWireType({
    name: 'test.Tally',
    class: Tally,
    encode: (tally: Tally) => [...tally],
    decode: (entries) => new Tally(entries),
  })

  test('instances and those of subclasses arrive as instances, once each', () => {
    const point = new Point(1, 2)
    const [a, b, c] = roundTrip([point, { point }, new Point3(3, 4)]) as [Point, { point: Point }, Point]
    assert.ok(a instanceof Point)
    assert.equal(a, b.point)
    assert.ok(c instanceof Point)
    assert.deepEqual([a.x, a.y, c.x, c.y], [1, 2, 3, 4])
    const tally = roundTrip(new Map([['t', new Tally([['a', 1]])]])) as Map<string, Tally>
    assert.ok(tally.get('t') instanceof Tally)
    assert.equal(tally.get('t')?.get('a'), 1)
  })

  test('a class registered late is known from then on', () => {
    class Late {
      value = 1
    }
    assert.deepStrictEqual(roundTrip(new Late()), { value: 1 })
    registerWireType({ name: 'test.Late', class: Late, encode: (late: Late) => late.value, decode: () => new Late() })
    assert.ok(roundTrip(new Late()) instanceof Late)
  })

  test('a URL is a URL', () => {
    const at = new URL('https://example.org/a?b#c')
    assert.deepStrictEqual(roundTrip({ at }), { at })
  })

  test('a type that is not registered on the other side is named in the error', () => {
    const frame = encoder.encode(new Point(1, 2)).bytes.slice()
    const at = Buffer.from(frame).indexOf('test.Point')
    frame[at] = 'b'.charCodeAt(0)
    assert.throws(() => decoder.decode(frame), { code: 'ERR_CORRUPT_FRAME', message: /best\.Point.*registerWireType/ })
  })

  test('what encode and decode throw is thrown as it is', () => {
    class Bad {
      value = 1
    }
    const failure = new RangeError('no')
    registerWireType({
      name: 'test.Bad',
      class: Bad,
      encode: (bad: Bad) => bad.value,
      decode: () => {
        throw failure
      },
    })
    assert.throws(
      () => roundTrip(new Bad()),
      (error) => error === failure,
    )
    registerWireType({
      name: 'test.Bad',
      class: Bad,
      encode: () => {
        throw failure
      },
      decode: () => new Bad(),
    })
    assert.throws(
      () => roundTrip(new Bad()),
      (error) => error === failure,
    )
    registerWireType({ name: 'test.Bad', class: Bad, encode: (bad: Bad) => ({ bad }), decode: () => new Bad() })
    assert.throws(() => roundTrip([new Bad()]), { code: 'ERR_NOT_SERIALIZABLE', message: /contains itself/ })
  })
})

test('without code generation from strings values are the same', () => {
  const script = `
    import assert from 'node:assert/strict'
    import { Decoder, Encoder } from ${JSON.stringify(new URL('../../src/wire/codec/index.ts', import.meta.url).href)}
    assert.throws(() => new Function('return 1'))
    const [encoder, decoder] = [new Encoder(), new Decoder()]
    const rows = Array.from({ length: 500 }, (_, i) => ({ id: i, name: 'n' + i, ['__proto__']: { a: 1 } }))
    for (let i = 0; i < 3; i++) assert.deepStrictEqual(decoder.decode(encoder.encode(rows).bytes), rows)
    console.log('same')`
  const flags = ['--disallow-code-generation-from-strings', '--input-type=module', '-e', script]
  const { stdout, stderr } = spawnSync(process.execPath, flags, { encoding: 'utf8' })
  assert.equal(stdout.trim(), 'same', stderr)
})
