// manyhands as a contender: node contender.ts KIND WORKERS, cases on stdin.
import assert from 'node:assert/strict'
import { Pool } from 'manyhands'
import { type Case, serve } from '../harness/serve.ts'
import { type Caller, type User, callCases, freshCases, sumOf, timed, users } from './cases.ts'
import { tail } from './tail.ts'

const [, , kind = 'thread', count = '2'] = process.argv
const workers = Number(count)
const tasks = new URL('../peers/tasks.mjs', import.meta.url).href
const named = { noop: `${tasks}#noop`, echo: `${tasks}#echo`, spin: `${tasks}#spin` }
const noop = named.noop

function open(): Pool {
  if (kind !== 'thread' && kind !== 'process') throw new Error(`no kind ${kind}`)
  return new Pool({ workers, kind })
}

function make(): Caller {
  const pool = open()
  return { call: (name, input) => pool.apply(named[name], [input]), end: () => pool.terminate() }
}

let made: Pool | undefined
const pool = (): Pool => (made ??= open())
const caller: Caller = { call: (name, input) => pool().apply(named[name], [input]), end: () => made?.terminate() }

const ints = (n: number): number[] => Array.from({ length: n }, (_, i) => i)
function* range(n: number): Generator<number> {
  for (let i = 0; i < n; i++) yield i
}

const cases: Record<string, Case> = {
  ...freshCases(make, workers),
  ...callCases(() => caller, workers),
  'map-ints': ({ n, chunkSize }) => {
    const inputs = ints(Number(n))
    const options = typeof chunkSize === 'number' ? { chunkSize } : {}
    return timed(Number(n), async () => {
      const results = (await pool().map<number, unknown>(noop, inputs, options)) as number[]
      assert.equal(results[results.length - 1], inputs[inputs.length - 1])
    })
  },
  'map-objects': ({ n }) => {
    const inputs = users(Number(n))
    return timed(Number(n), async () => {
      const results = (await pool().map<User, unknown>(noop, inputs)) as User[]
      assert.deepEqual(results[results.length - 1], inputs[inputs.length - 1])
    })
  },
  unordered: ({ n }) =>
    timed(Number(n), async () => {
      let sum = 0
      for await (const result of pool().imapUnordered<number, unknown>(noop, range(Number(n)))) sum += result as number
      assert.equal(sum, sumOf(Number(n)))
    }),
  tail: ({ n }) => tail(pool(), named.spin, Number(n), workers),
}

await serve(cases, () => made?.terminate() ?? Promise.resolve())
