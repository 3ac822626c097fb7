import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Counter } from '../../src/counter/index.ts'
import { InvalidOptionError } from '../../src/errors/index.ts'
import { random } from '../fixtures/random.ts'

describe('Counter', () => {
  it('counts keys, entries, a Map and another Counter', () => {
    const letters = new Counter('abracadabra')
    assert.deepEqual(
      [...letters],
      [
        ['a', 5],
        ['b', 2],
        ['r', 2],
        ['c', 1],
        ['d', 1],
      ],
    )
    assert.deepEqual(
      [
        ...new Counter([
          ['x', 3],
          ['y', 0],
          ['x', 1],
        ]),
      ],
      [
        ['x', 4],
        ['y', 0],
      ],
    )
    assert.deepEqual([...new Counter(new Map([[7, 2]]))], [[7, 2]])
    assert.deepEqual([...new Counter(letters)], [...letters])
    assert.equal(new Counter().size, 0)
    assert.equal(new Counter(null).size, 0)
    assert.deepEqual(
      [...new Counter<number>([1, 2, 1, [2, 5]])],
      [
        [1, 2],
        [2, 6],
      ],
    )
  })

  it('is a Map that starts at 0', () => {
    const counter = new Counter(['a'])
    assert.ok(counter instanceof Map)
    assert.equal(counter.count('b'), 0)
    assert.equal(counter.get('b'), undefined)
    assert.equal(counter.has('b'), false, 'asking does not add the key')
    assert.equal(counter.add('b').add('b', 2.5).add('a', -1), counter)
    assert.deepEqual(
      [...counter],
      [
        ['a', 0],
        ['b', 3.5],
      ],
    )
  })

  it('updates and subtracts in place, merges into a new one', () => {
    const counter = new Counter('aab')
    assert.equal(counter.update('bc'), counter)
    assert.deepEqual(counter.toJSON(), { a: 2, b: 2, c: 1 })
    assert.equal(counter.subtract(new Counter('abbb')), counter)
    assert.deepEqual(counter.toJSON(), { a: 1, b: -1, c: 1 })
    assert.deepEqual(counter.subtract('c').toJSON(), { a: 1, b: -1, c: 0 })
    const merged = counter.merge(new Counter('a'), [['z', 2]])
    assert.ok(merged instanceof Counter)
    assert.deepEqual(merged.toJSON(), { a: 2, b: -1, c: 0, z: 2 })
    assert.deepEqual(counter.toJSON(), { a: 1, b: -1, c: 0 })
  })

  it('may be updated with itself', () => {
    const counter = new Counter('ab')
    assert.deepEqual(counter.update(counter).toJSON(), { a: 2, b: 2 })
    assert.deepEqual(counter.subtract(counter).toJSON(), { a: 0, b: 0 })
  })

  it('totals and repeats its elements', () => {
    const counter = new Counter([
      ['a', 2],
      ['b', 0],
      ['c', -3],
      ['d', 1],
    ])
    assert.equal(counter.total(), 0)
    assert.deepEqual([...counter.elements()], ['a', 'a', 'd'])
  })

  it('ranks equal counts in the order first seen, as Python does', () => {
    const counter = new Counter('bacbacd')
    assert.deepEqual(counter.mostCommon(), [
      ['b', 2],
      ['a', 2],
      ['c', 2],
      ['d', 1],
    ])
    for (let n = 0; n <= 5; n++) assert.deepEqual(counter.mostCommon(n), counter.mostCommon().slice(0, n))
    assert.throws(() => counter.mostCommon(-1), InvalidOptionError)
    assert.throws(() => counter.mostCommon(1.5), InvalidOptionError)
  })

  it('finds the same top n by selection as by sorting', () => {
    const next = random(7)
    for (let round = 0; round < 200; round++) {
      const counter = new Counter<number>()
      for (let i = 0; i < 60; i++) counter.add(Math.floor(next() * 40), Math.floor(next() * 6) - 1)
      for (const n of [1, 2, 3, 10, 39]) assert.deepEqual(counter.mostCommon(n), counter.mostCommon().slice(0, n))
    }
  })

  it('becomes an object in JSON, even with awkward keys', () => {
    const counter = new Counter(['__proto__', 'constructor', '1'])
    assert.equal(JSON.stringify(counter), '{"1":1,"__proto__":1,"constructor":1}')
    assert.deepEqual(new Counter(Object.entries(JSON.parse(JSON.stringify(counter)))).toJSON(), counter.toJSON())
  })
})

describe('a trimmed Counter', () => {
  it('keeps the top n, or what was seen often enough, and says what that costs', () => {
    const counter = new Counter('aaaabbbccd')
    assert.deepEqual(counter.top(2), {
      entries: [
        ['a', 4],
        ['b', 3],
      ],
      error: 2,
      dropped: 3,
    })
    assert.deepEqual(counter.top(9), { entries: counter.mostCommon(), error: 0, dropped: 0 })
    assert.deepEqual(counter.top(0), { entries: [], error: 4, dropped: 10 })
    assert.deepEqual(counter.atLeast(2), {
      entries: [
        ['a', 4],
        ['b', 3],
        ['c', 2],
      ],
      error: 1,
      dropped: 1,
    })
    assert.deepEqual(counter.atLeast(1), { entries: counter.mostCommon(), error: 0, dropped: 0 })
    assert.throws(() => counter.top(-1), InvalidOptionError)
  })

  it('bounds every count after merging, and the bound is reached', () => {
    const next = random(11)
    let reached = 0
    for (let round = 0; round < 100; round++) {
      const truth = new Counter<number>()
      const merged = new Counter<number>()
      let error = 0
      for (let part = 0; part < 8; part++) {
        const counter = new Counter<number>()
        for (let i = 0; i < 300; i++) counter.add(Math.floor(60 * next() ** 3))
        truth.update(counter)
        const trimmed = round % 2 === 0 ? counter.top(5) : counter.atLeast(8)
        merged.update(trimmed.entries)
        error += trimmed.error
      }
      for (const [key, exact] of truth) {
        const short = exact - merged.count(key)
        assert.ok(short >= 0 && short <= error, `${key}: ${merged.count(key)} of ${exact}, bound ${error}`)
      }
      const single = truth.top(3)
      reached += truth.mostCommon(4)[3]?.[1] === single.error ? 1 : 0
    }
    assert.equal(reached, 100)
  })
})
