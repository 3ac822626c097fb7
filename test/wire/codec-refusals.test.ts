import assert from 'node:assert/strict'
import * as path from 'node:path'
import { describe, test } from 'node:test'
import vm from 'node:vm'
import { MessageChannel } from 'node:worker_threads'
import { Decoder, Encoder, NotSerializableError, registerWireType } from '../../src/wire/codec/index.ts'

const encoder = new Encoder({ externals: true })
const withoutExternals = new Encoder()
const decoder = new Decoder()

function refusal(value: unknown, by = encoder): NotSerializableError {
  try {
    by.encode(value)
  } catch (error) {
    assert.ok(error instanceof NotSerializableError, String(error))
    assert.equal(error.code, 'ERR_NOT_SERIALIZABLE')
    assert.equal(error.name, 'NotSerializableError')
    // The encoder goes on as if nothing had happened.
    assert.deepEqual(decoder.decode(by.encode({ text: 'ok', list: [1] }).bytes), { text: 'ok', list: [1] })
    return error
  }
  assert.fail('was encoded')
}

describe('what cannot be sent is named', () => {
  const named = function callback(): void {}
  const paths: [unknown, string][] = [
    [named, ''],
    [{ inputs: [0, 1, 2, { callback: named }] }, 'inputs[3].callback'],
    [[[named]], '[0][0]'],
    [{ 'a key': { é: named } }, '["a key"].é'],
    [{ a: { 0: named } }, 'a["0"]'],
    [Object.assign([1, 2, 3, 4, 5], { extra: named }), 'extra'],
    [{ m: new Map([['k', { f: named }]]) }, 'm.get("k").f'],
    [{ m: new Map([[{ f: named }, 1]]) }, '[...m.keys()][0].f'],
    [{ m: new Map([[Object.create(null) as object, named]]) }, '[...m.values()][0]'],
    [new Map([[5, named]]), 'value.get(5)'],
    [{ s: new Set([1, named]) }, '[...s][1]'],
    [[1.5, 2, 3, 4, named], '[4]'],
    [['a', 'b', 'c', 'd', Symbol('s')], '[4]'],
  ]
  for (const [value, expected] of paths) {
    test(expected === '' ? 'the value itself' : expected, () => {
      const error = refusal(value)
      assert.equal(error.path, expected)
      assert.ok(error.message.startsWith(expected === '' ? 'The value is a ' : `${expected} is a `), error.message)
      assert.match(error.message, /cannot be sent to a worker\. [A-Z]/)
    })
  }

  test('in a list of a million, at any depth, and in a cycle', () => {
    const rows: unknown[] = Array.from({ length: 1_000_000 }, (_, i) => i)
    rows[999_999] = named
    assert.equal(refusal({ rows }).path, 'rows[999999]')
    let deep: unknown = named
    for (let i = 0; i < 10_000; i++) deep = [deep]
    assert.equal(refusal(deep).path, '[0]'.repeat(10_000))
    const cycle: Record<string, unknown> = { a: 1 }
    cycle['self'] = cycle
    cycle['z'] = named
    assert.equal(refusal(cycle).path, 'z')
  })

  const kinds: [string, unknown, RegExp][] = [
    ['a function', named, /is a function \(callback\)/],
    ['a class', Encoder, /is a function \(Encoder\)/],
    ['a symbol', Symbol('text'), /is a symbol \(Symbol\(text\)\)/],
    ['a wrapped symbol', Object(Symbol('text')), /is a Symbol/],
    ['a promise', Promise.resolve(1), /is a Promise.*Await it/],
    ['a WeakMap', new WeakMap(), /is a WeakMap/],
    ['a WeakSet', new WeakSet(), /is a WeakSet/],
    ['a WeakRef', new WeakRef({}), /is a WeakRef/],
    ['a proxy of an object', new Proxy({ a: 1 }, {}), /is a Proxy/],
    ['a proxy of an array', new Proxy([1], {}), /is a Proxy/],
    ['a proxy of a Map', new Proxy(new Map(), {}), /is a Proxy/],
    [
      'a proxy of an instance',
      new Proxy(
        new (class Foo {
          a = 1
        })(),
        {},
      ),
      /is a Proxy/,
    ],
    ['a generator', (function* () {})(), /is an iterator/],
    ['an iterator', new Map().keys(), /is an iterator/],
    ['an iterator of an array', [1][Symbol.iterator](), /is an iterator/],
    ['Intl', new Intl.NumberFormat(), /is a NumberFormat/],
    ['Headers', new Headers({ a: 'b' }), /is a Headers/],
    [
      'arguments',
      (function (..._: unknown[]) {
        return arguments
      })(1, 2),
      /is a/,
    ],
    [
      'arguments, none',
      (function () {
        return arguments
      })(),
      /is a/,
    ],
    ['a module', path, /is a/],
    ['a detached buffer', detached(), /memory was moved away/],
    ['a view of a detached buffer', detachedView(), /memory was moved away/],
    ['a view outside of its buffer', outside(), /outside of its buffer/],
  ]
  for (const [name, value, message] of kinds) {
    test(name, () => {
      for (let i = 0; i < 3; i++) {
        assert.match(refusal(value).message, message)
        assert.equal(refusal({ a: [value] }).path, 'a[0]')
      }
    })
  }

  test('after a proxy of an instance, instances still travel', () => {
    class Foo {
      a = 1
    }
    refusal(new Proxy(new Foo(), {}))
    assert.deepEqual(decoder.decode(encoder.encode(new Foo()).bytes), { a: 1 })
    assert.match(refusal(new Proxy(new Foo(), {})).message, /is a Proxy/)
  })

  test('an instance of a class that holds a function is refused for the function, others are sent', () => {
    class Holder {
      readonly inner: unknown
      constructor(inner: unknown) {
        this.inner = inner
      }
    }
    assert.equal(refusal(new Holder(named)).path, 'inner')
    assert.deepEqual(decoder.decode(encoder.encode(new Holder(1)).bytes), { inner: 1 })
    assert.equal(refusal([new Holder(new Holder(Symbol('s')))]).path, '[0].inner.inner')
  })

  test('in the data of a wire type', () => {
    class Wrapped {
      readonly f = named
    }
    const encode = ({ f }: Wrapped): unknown => ({ f })
    registerWireType({ name: 'test.Wrapped', class: Wrapped, encode, decode: () => new Wrapped() })
    assert.equal(refusal([new Wrapped()]).path, '[0]<test.Wrapped>.f')
  })
})

describe('between processes', () => {
  test('what needs one memory is refused, with what to do', () => {
    const { port1, port2 } = new MessageChannel()
    for (const [value, name] of [
      [new SharedArrayBuffer(8), 'SharedArrayBuffer'],
      [new Int32Array(new SharedArrayBuffer(8)), 'SharedArrayBuffer'],
      [port1, 'MessagePort'],
      [new Blob(['a']), 'Blob'],
    ] as const) {
      const error = refusal({ inputs: [value] }, withoutExternals)
      assert.equal(error.path, 'inputs[0]')
      assert.ok(error.message.includes(`is a ${name}, which cannot be sent to a process`), error.message)
      assert.match(error.message, /kind: 'thread'/)
      assert.equal(encoder.encode(value).externals.length, 1)
    }
    port1.close()
    port2.close()
  })
})

test('objects of another realm travel like those of this one', () => {
  const foreign: unknown = vm.runInNewContext(`({
    a: [1, 2, 3, 4, , 5], m: new Map([[{ k: 1 }, new Set([1])]]), d: new Date(5), r: /x/g, o: Object(1),
    u: new Uint8Array([1, 2]), b: new ArrayBuffer(3), n: Object.create(null), e: new TypeError('foreign'),
    i: new (class Foo { x = 1 })(),
  })`)
  const copy = decoder.decode(encoder.encode(foreign).bytes) as Record<string, unknown>
  const { e: error, ...rest } = copy
  const { e: _, ...expected } = structuredClone(foreign) as Record<string, unknown>
  assert.deepStrictEqual(rest, expected)
  assert.ok(error instanceof TypeError)
  assert.equal(error.message, 'foreign')
})

function detached(): ArrayBuffer {
  const buffer = new ArrayBuffer(8)
  structuredClone(buffer, { transfer: [buffer] })
  return buffer
}

function outside(): Uint8Array {
  const buffer = new ArrayBuffer(8, { maxByteLength: 8 })
  const view = new Uint8Array(buffer, 4, 4)
  buffer.resize(2)
  return view
}

function detachedView(): Uint8Array {
  const view = new Uint8Array(8)
  structuredClone(view.buffer, { transfer: [view.buffer] })
  return view
}
