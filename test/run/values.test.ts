// Values in a store: JSON where it is exact, and the same value back in any case.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Counter, NotSerializableError } from 'manyhands'
import { decodeValue } from '../../src/run/store/decode.ts'
import { encodeValue } from '../../src/run/store/encode.ts'
import { Counter as SourceCounter } from '../../src/counter/index.ts'
import { random } from '../fixtures/random.ts'

const roundTrip = (value: unknown) => decodeValue(encodeValue(value))

describe('values in a store', () => {
  test('are plain JSON where JSON is exact', () => {
    for (const value of [
      null,
      true,
      0,
      -1.5,
      1e300,
      '',
      'é\u0000😀',
      '\ud800',
      [],
      [1, [2]],
      {},
      { a: { b: [null] } },
      { ключ: 'значение' },
    ]) {
      assert.equal(encodeValue(value), JSON.stringify(value))
      assert.deepEqual(roundTrip(value), value)
    }
  })

  test('are tagged where it is not, and come back the same', () => {
    const sparse = [1]
    sparse[3] = 4
    const named = Object.assign([1, 2], { name: 'x' })
    const values: unknown[] = [
      undefined,
      Number.NaN,
      Infinity,
      -Infinity,
      -0,
      12n,
      -(2n ** 70n),
      new Date(0),
      new Date(Number.NaN),
      new Date('+010000-01-01'),
      /a+b/giu,
      new URL('http://example.org/?q=1#h'),
      new Map([
        [1, 'a'],
        [2, 'b'],
      ]),
      new Map<unknown, unknown>([
        [Number.NaN, undefined],
        [{ a: 1 }, new Set([1])],
      ]),
      new Set([undefined, null, 'x']),
      new Uint8Array([0, 255]),
      new Int16Array([-1]),
      new Float64Array([Number.NaN, 0.1]),
      new BigInt64Array([-1n]),
      new Uint8Array([1, 2, 3]).buffer,
      new DataView(new ArrayBuffer(3)),
      Buffer.from('abc'),
      sparse,
      named,
      { a: undefined, b: [undefined, -0] },
      { $mh: 'Map', value: [] },
      [{ $mh: 1 }],
      JSON.parse('{"__proto__": 1, "a": {"__proto__": null}}'),
      new Object(1),
      new Object('s'),
      new Object(true),
      [new Map([['k', new Map([['k', Number.NaN]])]])],
    ]
    for (const value of values) {
      const text = encodeValue(value)
      assert.doesNotThrow(() => JSON.parse(text))
      assert.deepEqual(decodeValue(text), value, text)
    }
    assert.ok(Object.is(roundTrip(-0), -0))
    const back = roundTrip(new Uint8Array([1, 2, 3])) as Uint8Array
    assert.equal(back.buffer.byteLength, 3)
  })

  test('keep errors with class, code, cause, own fields and both stacks', () => {
    const error = Object.assign(new TypeError('bad', { cause: new RangeError('why') }), {
      code: 'E_BAD',
      at: new Date(1),
    })
    const back = roundTrip(error) as TypeError & { code: string; at: Date }
    assert.ok(back instanceof TypeError && back.cause instanceof RangeError)
    assert.deepEqual(
      [back.message, back.code, back.at, back.stack, back.cause.message],
      ['bad', 'E_BAD', new Date(1), error.stack, 'why'],
    )
    const several = roundTrip(new AggregateError([new Error('a'), 1], 'both')) as AggregateError
    assert.deepEqual([several.message, (several.errors[0] as Error).message, several.errors[1]], ['both', 'a', 1])
    class OwnError extends Error {
      override name = 'OwnError'
    }
    assert.equal((roundTrip(new OwnError('x')) as Error).name, 'OwnError')
  })

  test('keep a Counter', () => {
    const counter = new SourceCounter<string | number>(['b', 'a', 'b', 10, 2])
    const back = roundTrip(counter) as SourceCounter<string | number>
    assert.ok(back instanceof SourceCounter)
    assert.deepEqual([...back], [...counter])
    assert.equal(new Counter().total(), 0)
  })

  test('may contain themselves, or the same part twice', () => {
    const ring: { self?: unknown; name: string } = { name: 'ring' }
    ring.self = ring
    const back = roundTrip(ring) as typeof ring
    assert.equal(back.self, back)
    const part = [1]
    assert.deepEqual(roundTrip([part, part]), [part, part])
    let deep: unknown = 1
    for (let level = 0; level < 1000; level++) deep = [deep]
    assert.deepEqual(roundTrip(deep), deep)
  })

  test('must be data, and the message says where they are not', () => {
    const refused: [unknown, RegExp][] = [
      [{ a: [1, () => 1] }, /^value\.a\[1\] is a function/],
      [Symbol('s'), /^value is a symbol/],
      [new Map([['k', Promise.resolve()]]), /^value\.get\("k"\) is a Promise/],
      [{ 'x y': new WeakMap() }, /^value\["x y"\] is a WeakMap/],
    ]
    for (const [value, message] of refused) {
      assert.throws(
        () => encodeValue(value),
        (error: Error) => error.name === NotSerializableError.name && message.test(error.message),
      )
    }
  })

  test('of any shape come back the same (10 000 made at random)', () => {
    const next = random(20)
    for (let round = 0; round < 10_000; round++) {
      const value = anything(next, 4)
      const text = encodeValue(value)
      assert.deepEqual(decodeValue(text), value, text)
    }
  })
})

/** A value of any kind, up to so many levels deep. */
function anything(next: () => number, depth: number): unknown {
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(next() * choices.length)] as T
  const some = <T>(make: () => T): T[] => Array.from({ length: Math.floor(next() * 4) }, make)
  const inside = () => anything(next, depth - 1)
  const word = () => pick(['', 'a', 'b c', '$mh', '__proto__', 'é', '"', '\\', '1', 'toJSON', 'constructor'])
  const plain = pick([
    () => null,
    () => undefined,
    () => next() < 0.5,
    () => pick([0, -0, 1, -1.5, Number.NaN, Infinity, 2 ** 53, 1e-7]),
    () => word(),
    () => BigInt(Math.floor(next() * 1e9)),
    () => new Date(Math.floor(next() * 1e12)),
    () => new Uint8Array(some(() => 7)),
  ])
  if (depth === 0) return plain()
  return pick<() => unknown>([
    plain,
    () => some(inside),
    () => new Map(some(() => [inside(), inside()])),
    () => new Set(some(inside)),
    () => {
      const record = {}
      for (const key of some(word))
        Object.defineProperty(record, key, { value: inside(), enumerable: true, configurable: true, writable: true })
      return record
    },
  ])()
}
