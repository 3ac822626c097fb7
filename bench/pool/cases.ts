// What every pool that makes calls can do; ours does more (contender.ts). Each case checks its answers.
import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { privateMemory } from '../harness/process-tree.ts'
import { type Case, serve } from '../harness/serve.ts'

/** A pool with the tasks of ../peers/tasks.mjs. */
export interface Caller {
  readonly call: (task: 'noop' | 'echo' | 'spin', input: unknown) => PromiseLike<unknown>
  readonly end: () => unknown
}

export interface User {
  readonly id: number
  readonly name: string
  readonly score: number
}

export const users = (count: number): User[] =>
  Array.from({ length: count }, (_, id) => ({ id, name: `user ${id}`, score: id * 1.5 }))

/** Calls per second, wall time, and CPU of the thread that owns the pool, in ns a call. */
export async function timed(n: number, body: () => Promise<unknown>): Promise<Record<string, number>> {
  const cpu = ownCpu()
  const start = performance.now()
  await body()
  const wall = performance.now() - start
  return { rate: (n / wall) * 1000, owner: ((ownCpu() - cpu) * 1000) / n }
}

/** Microseconds of this thread; of the whole process where Node.js cannot tell. */
function ownCpu(): number {
  const { user, system } = typeof process.threadCpuUsage === 'function' ? process.threadCpuUsage() : process.cpuUsage()
  return user + system
}

export function sumOf(n: number): number {
  return (n * (n - 1)) / 2
}

export function callCases(caller: () => Caller, workers: number): Record<string, Case> {
  return {
    burst: ({ n }) =>
      timed(Number(n), async () => {
        const { call } = caller()
        const calls: PromiseLike<unknown>[] = []
        for (let i = 0; i < Number(n); i++) calls.push(call('noop', i))
        const results = (await Promise.all(calls)) as number[]
        assert.equal(
          results.reduce((sum, each) => sum + each, 0),
          sumOf(Number(n)),
        )
      }),
    'round-trip': async ({ n }) => {
      const { call } = caller()
      const times: number[] = []
      for (let i = 0; i < Number(n); i++) {
        const start = performance.now()
        assert.equal(await call('noop', i), i)
        times.push((performance.now() - start) * 1000)
      }
      times.sort((a, b) => a - b)
      return { p50: times[times.length >> 1] ?? NaN, p99: times[Math.floor(times.length * 0.99)] ?? NaN }
    },
    milliseconds: async ({ n }) => {
      const start = performance.now()
      await Promise.all(Array.from({ length: Number(n) }, () => caller().call('spin', 1)))
      return { ideal: Number(n) / workers / (performance.now() - start) }
    },
    rows: async ({ n }) => {
      const sent = users(Number(n))
      const start = performance.now()
      const back = await caller().call('echo', sent)
      const ms = performance.now() - start
      assert.deepEqual(back, sent)
      return { ms }
    },
    buffer: async ({ n, times }) => {
      const sent = Uint8Array.from({ length: Number(n) }, (_, i) => i & 255)
      const { call } = caller()
      let back: unknown
      const start = performance.now()
      for (let i = 0; i < Number(times); i++) back = await call('echo', sent)
      const ms = (performance.now() - start) / Number(times)
      if (!(back instanceof Uint8Array) || Buffer.compare(back, sent) !== 0) throw new Error('wrong answer')
      return { ms }
    },
  }
}

/** Of a pool that is made for it: until the first result, until results from all workers, memory a worker. */
export function freshCases(make: () => Caller, workers: number): Record<string, Case> {
  return {
    start: async () => {
      const start = performance.now()
      const { call, end } = make()
      let first = 0
      await Promise.all(
        Array.from({ length: workers }, () =>
          call('spin', 5).then(() => {
            first ||= performance.now() - start
          }),
        ),
      )
      const all = performance.now() - start
      await end()
      return { first: first - 5, all: all - 5 }
    },
    memory: async () => {
      globalThis.gc?.()
      const before = privateMemory(process.pid)
      const { call, end } = make()
      await Promise.all(Array.from({ length: 8 * workers }, () => call('spin', 5)))
      await sleep(200)
      globalThis.gc?.()
      const after = privateMemory(process.pid)
      await end()
      return { megabytes: (after - before) / workers / 1e6 }
    },
  }
}

/** The whole contender for a pool that only makes calls. */
export function serveCalls(make: () => Caller, workers: number): Promise<void> {
  let made: Caller | undefined
  const cases = { ...freshCases(make, workers), ...callCases(() => (made ??= make()), workers) }
  return serve(cases, async () => made?.end())
}
