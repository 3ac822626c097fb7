// What the calls of a pool infer from the task.
import type { AsyncResult, Callable, Executor, PoolOptions, TaskContext } from 'manyhands'
import { InProcessExecutor, Pool, task } from 'manyhands'
import { same } from './same.ts'

declare const double: (x: number) => number
declare const size: (path: string) => Promise<bigint>
declare const join: (a: string, b: number) => string
declare const now: () => Date
declare const maybe: (a: string, b?: number) => string
declare const numbers: number[]
const lookUp = task(import.meta, {
  setup: () => 1,
  run: (word: string, { resource }: TaskContext<number>) => ({ word, resource }),
})

const pool = new Pool({ workers: 2, kind: 'process', memoryLimit: '512MB', maxTasksPerWorker: 10 })

const mapped = await pool.map(double, numbers)
same<typeof mapped, number[]>()
const awaited = await pool.map(size, ['a'])
same<typeof awaited, bigint[]>()
const looked = await pool.map(lookUp, new Set(['a']))
same<typeof looked, { word: string; resource: number }[]>()
const inline = await pool.map((x: number) => String(x), numbers)
same<typeof inline, string[]>()
const spread = await pool.starmap(join, [['a', 1]])
same<typeof spread, string[]>()
const optional = await pool.map(maybe, ['a'])
same<typeof optional, string[]>()

// Inputs are arrays, iterables and async iterables, and readonly ones.
const generated = await pool.map(
  double,
  (function* () {
    yield 1
  })(),
)
same<typeof generated, number[]>()
const streamed = await pool.map(
  double,
  (async function* () {
    yield 1
  })(),
)
same<typeof streamed, number[]>()
const frozen = await pool.map(double, [1, 2] as const)
same<typeof frozen, number[]>()

for await (const value of pool.imap(size, ['a'])) same<typeof value, bigint>()
for await (const value of pool.imapUnordered(double, numbers)) same<typeof value, number>()

const applied = await pool.apply(join, ['a', 1])
same<typeof applied, string>()
const nothing = await pool.apply(now)
same<typeof nothing, Date>()
await pool.apply(now, [], { timeout: '5s' })

const future = pool.applyAsync(size, ['a'])
same<typeof future, AsyncResult<bigint>>()
const futures = pool.mapAsync(double, numbers, { callback: (values) => same<typeof values, number[]>() })
same<typeof futures, AsyncResult<number[]>>()
const got = await futures.get('5s')
same<typeof got, number[]>()

// The pool and the in-process runner are executors, and what an executor takes is a Callable.
const executors: Executor[] = [pool, new InProcessExecutor()]
const submitted = await executors[0]?.submit(join, ['a', 1] as const, { timeout: 10, signal: AbortSignal.abort() })
same<typeof submitted, string | undefined>()
const callables: Callable<[number], number>[] = [double, './tasks.ts#double', new URL('file:///tasks.ts#double')]
await pool.map(callables[0] ?? double, numbers)
const options: PoolOptions = { workers: 4 }
await using _scoped = new Pool(options)

// @ts-expect-error the task takes numbers
await pool.map(double, ['1'])
// @ts-expect-error the task takes two arguments
await pool.map(join, ['a'])
// @ts-expect-error the second argument is a number
await pool.starmap(join, [['a', 'b']])
// @ts-expect-error an argument is missing
await pool.apply(join, ['a'])
// @ts-expect-error the arguments are missing
await pool.apply(join)
// @ts-expect-error inputs are iterable
await pool.map(double, 5)
// @ts-expect-error there is no such kind
void new Pool({ kind: 'fork' })
// @ts-expect-error there is no such option
void new Pool({ processes: 4 })
// @ts-expect-error a duration is a number or a string
await pool.apply(now, [], { timeout: new Date() })
// @ts-expect-error not a function
await pool.map(5, numbers)
