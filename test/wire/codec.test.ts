import { test } from 'node:test'
import { Decoder, Encoder } from '../../src/wire/codec/index.ts'
import { assertSameIdentity } from './codec-identity.ts'
import { RandomValues } from './codec-random.ts'

const CASES = 30_000

test('random values arrive as structured clone would make them, identity and key order included', () => {
  const encoder = new Encoder()
  const decoder = new Decoder()
  for (let seed = 1; seed <= CASES; seed++) {
    const value = new RandomValues(seed).value()
    const actual = decoder.decode(encoder.encode(value).bytes)
    const expected: unknown = structuredClone(value)
    try {
      assertSameIdentity(actual, expected)
    } catch (error) {
      throw new Error(`seed ${seed}`, { cause: error })
    }
  }
})
