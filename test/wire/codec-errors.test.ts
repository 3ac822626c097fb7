import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { Decoder, Encoder, registerErrorClass } from '../../src/wire/codec/index.ts'

const encoder = new Encoder()
const decoder = new Decoder()

function roundTrip<T>(value: T): T {
  return decoder.decode(encoder.encode(value).bytes) as T
}

test('errors of the language arrive as instances of their class', () => {
  for (const Class of [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]) {
    const error = new Class('what happened', { cause: { reason: 1 } })
    const copy = roundTrip(error)
    assert.equal(Object.getPrototypeOf(copy), Class.prototype)
    assert.equal(Object.prototype.toString.call(copy), '[object Error]')
    const { name, message, stack, cause } = copy
    assert.deepEqual([name, message, stack, cause], [error.name, error.message, error.stack, error.cause])
    for (const key of ['message', 'stack', 'cause']) assert.ok(Object.hasOwn(copy, key), key)
    assert.deepEqual(Object.keys(copy), [])
    assert.equal(Object.hasOwn(copy, 'name'), false)
    assert.equal(Object.prototype.toString.call(structuredClone(copy)), '[object Error]')
  }
})

test('an AggregateError keeps its errors, a DOMException its code', () => {
  const copy = roundTrip(new AggregateError([new TypeError('one'), 'two'], 'both'))
  assert.ok(copy instanceof AggregateError)
  assert.ok(copy.errors[0] instanceof TypeError)
  assert.equal(copy.errors[1], 'two')
  assert.deepEqual(Object.keys(copy), [])
  const aborted = roundTrip(new DOMException('stopped', 'AbortError'))
  assert.ok(aborted instanceof DOMException)
  assert.deepEqual([aborted.name, aborted.code, aborted.message], ['AbortError', 20, 'stopped'])
})

test('a class of the user arrives under its name, as what it extends, with its fields', () => {
  class HttpError extends TypeError {
    override name = 'HttpError'
    readonly code = 'E_HTTP'
    readonly status: number
    readonly response = { status: 404, headers: new Map([['a', 'b']]) }
    constructor(message: string, status: number) {
      super(message)
      this.status = status
    }
  }
  const copy = roundTrip(new HttpError('not found', 404))
  assert.equal(copy.constructor.name, 'HttpError')
  assert.equal(copy.name, 'HttpError')
  assert.ok(copy instanceof TypeError)
  const response = { status: 404, headers: new Map([['a', 'b']]) }
  assert.deepEqual({ ...copy }, { name: 'HttpError', code: 'E_HTTP', status: 404, response })
  assert.equal(copy.constructor, roundTrip(new HttpError('another', 500)).constructor)
  assert.match(copy.stack ?? '', /not found\n +at /)
  const twice = roundTrip(copy)
  assert.deepEqual([twice.constructor.name, twice.code], ['HttpError', 'E_HTTP'])
})

test('a name on the prototype is kept, and is no field', () => {
  class Named extends Error {}
  Object.defineProperty(Named.prototype, 'name', { value: 'OtherName' })
  const copy = roundTrip(new Named('m'))
  assert.deepEqual([copy.name, copy.constructor.name, Object.keys(copy)], ['OtherName', 'Named', []])
})

test('a class that was registered is found again', () => {
  class Known extends RangeError {
    readonly code = 'E_KNOWN'
  }
  registerErrorClass(Known)
  const copy = roundTrip(new Known('m'))
  assert.ok(copy instanceof Known)
  assert.deepEqual([copy.code, copy.message], ['E_KNOWN', 'm'])
})

test('errors of Node.js keep code, errno, syscall and path', async () => {
  const error: unknown = await readFile('/does/not/exist').catch((reason: unknown) => reason)
  const fields = { ...(roundTrip(error) as Error) }
  assert.deepEqual(fields, { errno: -2, code: 'ENOENT', syscall: 'open', path: '/does/not/exist' })
})

test('fields that cannot be sent do not keep the error from it', () => {
  const socket = { status: 500, text: 'Internal', on: () => 1, deep: { a: 1 } }
  const error = Object.assign(new Error('failed', { cause: { f: () => 1, plain: 1 } }), {
    code: 'E',
    callback: () => 1,
    symbol: Symbol('s'),
    response: socket,
    list: [1, () => 1, { a: 1 }],
    promise: Promise.resolve(1),
  })
  const copy = roundTrip(error)
  const response = { status: 500, text: 'Internal' }
  assert.deepEqual({ ...copy }, { code: 'E', response, list: [1, undefined, { a: 1 }] })
  assert.deepEqual(copy.cause, { plain: 1 })
})

test('fields that throw do not either', () => {
  class Hostile extends Error {
    override get name(): string {
      throw new Error('no name')
    }
    override get message(): string {
      throw new Error('no message')
    }
    override get stack(): string {
      throw new Error('no stack')
    }
    override get cause(): unknown {
      throw new Error('no cause')
    }
  }
  const error = new Hostile()
  Object.defineProperty(error, 'own', {
    enumerable: true,
    get() {
      throw new Error('no field')
    },
  })
  Object.defineProperty(error, 'code', { enumerable: true, value: 'E' })
  Object.defineProperty(error, 'constructor', {
    get() {
      throw new Error('no constructor')
    },
  })
  const copy = roundTrip([error, 1])[0] as Hostile & { code: string }
  assert.ok(copy instanceof Error)
  assert.equal(copy.code, 'E')
})

test('causes form a chain, also in a circle', () => {
  const inner = new RangeError('inner')
  const outer = new TypeError('outer', { cause: inner })
  inner.cause = outer
  const copy = roundTrip(outer)
  assert.ok(copy.cause instanceof RangeError)
  assert.equal(copy.cause.cause, copy)
})

test('thrown values that are no errors arrive as they are', () => {
  for (const value of ['text', 1, null, undefined, { code: 'E' }]) assert.deepEqual(roundTrip(value), value)
})
