import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CorruptFrameError, Decoder, Encoder } from '../../src/wire/codec/index.ts'
import { RandomValues } from './codec-random.ts'

const encoder = new Encoder()
const decoder = new Decoder()

/** A frame with something of every kind in it. */
function frameOf(seed: number): Uint8Array {
  const random = new RandomValues(seed)
  const rows = Array.from({ length: 5 }, (_, i) => ({ id: i, name: random.string(), at: { x: i } }))
  const error = new Error('an error', { cause: 1 })
  return encoder.encode([random.value(), rows, random.value(), rows[0], error]).bytes.slice()
}

/** Decodes what may be damaged, out of memory that goes on after the frame, as a ring does. */
function decodeDamaged(frame: Uint8Array): 'value' | 'refused' {
  const memory = new Uint8Array(frame.length + 64).fill(0x7f)
  memory.set(frame, 16)
  try {
    decoder.decode(memory.subarray(16, 16 + frame.length))
    return 'value'
  } catch (error) {
    assert.ok(error instanceof CorruptFrameError, error instanceof Error ? error.stack : String(error))
    return 'refused'
  }
}

test('a frame cut short anywhere is refused', () => {
  for (let seed = 1; seed <= 40; seed++) {
    const frame = frameOf(seed)
    const step = Math.max(1, Math.floor(frame.length / 200))
    for (let length = 0; length < frame.length; length += step) {
      const outcome = decodeDamaged(frame.subarray(0, length))
      assert.equal(outcome, 'refused', `seed ${seed}, ${length} of ${frame.length} bytes`)
    }
  }
})

test('a frame with changed bytes is refused or read as another value, and nothing else happens', () => {
  let refused = 0
  for (let seed = 1; seed <= 25_000; seed++) {
    const random = new RandomValues(seed)
    const frame = frameOf(seed % 300)
    const changes = 1 + random.int(3)
    for (let i = 0; i < changes; i++) {
      // The head and the tags of the first values more often than the rest.
      const at = random.int(Math.min(frame.length, 8 + random.int(frame.length)))
      frame[at] = random.int(256)
    }
    if (decodeDamaged(frame) === 'refused') refused++
  }
  assert.ok(refused > 1000)
  assert.equal(Reflect.get({}, 'x'), undefined)
})

test('random bytes are refused', () => {
  for (let seed = 1; seed <= 20_000; seed++) {
    const random = new RandomValues(seed)
    const frame = Uint8Array.from({ length: random.int(100) }, () => random.int(256))
    frame[0] = 1
    if (frame.length > 7) frame.set([random.int(frame.length), 0, 0, 0], 4)
    decodeDamaged(frame)
  }
})

test('lengths that lie take neither memory nor time', () => {
  for (const tag of [0xcf, 0xd2, 0xd3, 0xd0, 0xd1, 0xe4, 0xe5, 0xd9, 0xdd, 0xc9, 0xca]) {
    const frame = new Uint8Array([1, 0, 0, 0, 13, 0, 0, 0, tag, 0xff, 0xff, 0xff, 0x7f])
    assert.equal(decodeDamaged(frame), 'refused', `tag ${tag}`)
  }
})

test('a frame of nothing but openings is refused, not a full stack', () => {
  for (const tag of [0xd4, 0xd5, 0xd8, 0xde]) {
    const frame = new Uint8Array(1 << 20).fill(tag)
    frame.set([1, 0, 0, 0, 0, 0, 0x10, 0])
    assert.equal(decodeDamaged(frame), 'refused', `tag ${tag}`)
  }
})

test('the decoder still works after damaged frames', () => {
  const value = { a: [1, 'two', { three: 3 }] }
  decodeDamaged(frameOf(3).fill(0xff, 20))
  assert.deepEqual(decoder.decode(encoder.encode(value).bytes), value)
})

test('keys from a frame are data, also in compiled readers', () => {
  const text = '"]: globalThis.hacked = 1, "'
  const keys = ['__proto__', 'constructor', text, '\u2028', "'", '`${globalThis.hacked = 1}`', '*/', '\\', '\ud800']
  const value: unknown = JSON.parse(`{${keys.map((key) => `${JSON.stringify(key)}: {"polluted": 1}`).join(', ')}}`)
  const frame = encoder.encode(value).bytes.slice()
  for (let i = 0; i < 100; i++) {
    const copy = decoder.decode(frame)
    assert.deepStrictEqual(copy, value)
    assert.deepEqual(Object.keys(copy as object), Object.keys(value as object))
    assert.equal(Object.getPrototypeOf(copy), Object.prototype)
  }
  assert.equal(Reflect.get(globalThis, 'hacked'), undefined)
  assert.equal(Reflect.get({}, 'polluted'), undefined)
})
