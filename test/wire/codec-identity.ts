import assert from 'node:assert/strict'
import { types } from 'node:util'

/** That two graphs are equal, key order included, and that what is one object on one side is one on the other. */
export function assertSameIdentity(actual: unknown, expected: unknown): void {
  const partners = new Map<unknown, unknown>()
  const back = new Map<unknown, unknown>()
  const todo: [unknown, unknown][] = [[actual, expected]]
  for (let pair = todo.pop(); pair !== undefined; pair = todo.pop()) {
    const [a, b] = pair
    if (typeof a !== 'object' || a === null) {
      assert.ok(Object.is(a, b), `${String(a)} is not ${String(b)}`)
      continue
    }
    if (partners.has(a) || back.has(b)) {
      assert.equal(partners.get(a), b)
      assert.equal(back.get(b), a)
      continue
    }
    partners.set(a, b)
    back.set(b, a)
    assert.ok(typeof b === 'object' && b !== null)
    assert.deepEqual(Object.keys(a), Object.keys(b), 'the order of keys')
    assert.equal(Object.getPrototypeOf(a), Object.getPrototypeOf(b))
    for (const key of Object.keys(a)) todo.push([Reflect.get(a, key), Reflect.get(b, key)])
    // Not deepStrictEqual: for Node.js 22 no two invalid dates are equal.
    if (a instanceof Date && b instanceof Date) assert.ok(Object.is(a.getTime(), b.getTime()))
    else if (a instanceof RegExp || types.isBoxedPrimitive(a)) assert.deepStrictEqual(a, b)
    else if (Array.isArray(a)) assert.equal(a.length, Reflect.get(b, 'length'))
    else if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) {
      assert.equal(a.byteOffset, b.byteOffset)
      assert.equal(a.byteLength, b.byteLength)
      todo.push([a.buffer, b.buffer])
    } else if (a instanceof ArrayBuffer && b instanceof ArrayBuffer) {
      assert.deepEqual([a.byteLength, a.resizable, a.maxByteLength], [b.byteLength, b.resizable, b.maxByteLength])
      assert.deepEqual(new Uint8Array(a), new Uint8Array(b))
    } else if ((a instanceof Map && b instanceof Map) || (a instanceof Set && b instanceof Set)) {
      const [left, right] = [[...a], [...b]]
      assert.equal(left.length, right.length)
      left.forEach((item, i) =>
        (Array.isArray(item) && a instanceof Map ? item : [item]).forEach((x: unknown, j) => {
          const other: unknown = right[i]
          todo.push([x, a instanceof Map && Array.isArray(other) ? other[j] : other])
        }),
      )
    }
  }
}
