/**
 * The codec alone against what Node.js has: CPU ns per value, encoding and decoding, in one run.
 *
 *     node bench/codec.ts [name of a case]
 *
 * Frames of 500 values, as a chunk of calls is one; the last cases are single messages.
 */
import { deserialize, serialize } from 'node:v8'
import { Decoder, Encoder } from '../src/wire/codec/index.ts'

interface Case {
  readonly name: string
  /** Values in the frame. */
  readonly count: number
  /** Frames measured at once: the CPU clock counts microseconds. */
  readonly frames: number
  /** Values of its own for every frame, since V8 remembers what it did to an object before. */
  readonly make: (round: number) => unknown
}

interface Rival {
  readonly name: string
  readonly encode: (value: unknown) => unknown
  readonly decode: (encoded: unknown) => unknown
}

const N = 500
const each = <T>(f: (i: number) => T): T[] => Array.from({ length: N }, (_, i) => f(i))

const CASES: readonly Case[] = [
  { name: 'int', count: N, frames: 20, make: (round) => each((i) => i * 1000 + round) },
  { name: 'double', count: N, frames: 20, make: (round) => each((i) => i / 3 + round) },
  { name: 'string of 12', count: N, frames: 20, make: (round) => each((i) => `abcdefg${10000 + i * 7 + round}`) },
  { name: 'string of 25', count: N, frames: 20, make: (y) => each((i) => `path/to/some/file-${1e6 + i * 7 + y}`) },
  { name: '{id, name, score}', count: N, frames: 20, make: (round) => each((i) => user(i + round)) },
  { name: 'row of 6 fields', count: N, frames: 20, make: (round) => each((i) => row(i + round)) },
  { name: 'nested', count: N, frames: 20, make: (y) => each((i) => ({ id: i, at: { x: i, y }, tags: ['a', 'b'] })) },
  { name: '[id, int]', count: N, frames: 20, make: (round) => each((i) => [i, i * round]) },
  { name: 'text of 10 kB', count: 1, frames: 500, make: (round) => `${round}`.padEnd(10_000, 'text ') },
  { name: 'message of 1 int', count: 1, frames: 2000, make: (round) => ({ type: 'call', id: round, input: 7 }) },
  { name: 'message of 3 inputs', count: 1, frames: 2000, make: (id) => calls(id, [user(id), 'text', 7]) },
  { name: 'bare int', count: 1, frames: 2000, make: (round) => round },
  { name: 'Uint8Array of 1 MB', count: 1, frames: 20, make: () => BYTES },
]
const BYTES = new Uint8Array(1 << 20).fill(7)

function calls(id: number, inputs: unknown[]): object {
  return { type: 'calls', id, inputs }
}

function user(i: number): object {
  return { id: i, name: `user ${10_000 + i}`, score: i * 1.5 }
}

function row(i: number): object {
  const city = ['Berlin', 'Paris', 'Rome'][i % 3]
  return { id: i, name: `customer ${i}`, city, amount: i * 1.25, active: i % 2 === 0, note: `order ${i} of the day` }
}

const encoder = new Encoder()
const decoder = new Decoder()
const RIVALS: readonly Rival[] = [
  {
    name: 'manyhands',
    encode: (value) => encoder.encode(value).bytes,
    decode: (bytes) => decoder.decode(bytes as Uint8Array),
  },
  { name: 'v8.serialize', encode: serialize, decode: (bytes) => deserialize(bytes as Buffer) },
  { name: 'structuredClone', encode: (value) => structuredClone(value), decode: (value) => value },
  {
    name: 'JSON',
    encode: (value) => Buffer.from(JSON.stringify(value)),
    decode: (bytes) => JSON.parse((bytes as Buffer).toString()) as unknown,
  },
]

/** CPU ns per value, encoding and decoding: the best of the rounds, since all else on the machine only adds. */
function measure(rival: Rival, { count, frames, make }: Case): [number, number] {
  let best: [number, number] = [Infinity, Infinity]
  for (let round = 0; round < 25; round++) {
    const values = Array.from({ length: frames }, (_, i) => make(round * 100 + i))
    const encoded: unknown[] = []
    const start = cpu()
    for (const value of values) encoded[0] = rival.encode(value)
    const middle = cpu()
    const input = encoded[0]
    for (let i = 0; i < values.length; i++) encoded[1] = rival.decode(input)
    const end = cpu()
    const per = values.length * count
    best = [Math.min(best[0], (middle - start) / per), Math.min(best[1], (end - middle) / per)]
  }
  return best
}

function cpu(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) * 1000
}

console.log(`CPU ns per value, encode + decode = both (Node.js ${process.version})\n`)
console.log(`${''.padEnd(20)} ${RIVALS.map(({ name }) => name.padStart(24)).join(' ')}`)
for (const item of CASES) {
  if (process.argv[2] !== undefined && !item.name.includes(process.argv[2])) continue
  const cells = RIVALS.map((rival) => {
    const [encode, decode] = measure(rival, item)
    return `${encode.toFixed(0)} + ${decode.toFixed(0)} = ${(encode + decode).toFixed(0)}`.padStart(24)
  })
  console.log(`${item.name.padEnd(20)} ${cells.join(' ')}`)
}
