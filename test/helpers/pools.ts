// Pools for tests: of both kinds, always ended, and looked over when they are.
import assert from 'node:assert/strict'
import { type TestContext, after, describe, test } from 'node:test'
import { Pool, type PoolOptions } from 'manyhands'
import { isAlive } from './alive.ts'

export type Kind = 'thread' | 'process'

/** What no test takes unless something hangs, in milliseconds. */
export const WATCHDOG = 20_000

/** A test that fails where it would hang. */
export function row(name: string, body: (t: TestContext) => void | Promise<void>, timeout = WATCHDOG): void {
  test(name, { timeout }, body)
}

/** The same tests over threads and over processes. */
export function eachKind(body: (kind: Kind) => void): void {
  for (const kind of ['thread', 'process'] as const) describe(kind, () => body(kind))
}

/** A pool that is terminated at the end of the test; a worker that outlives that fails the test. */
export function openPool(t: TestContext, options: PoolOptions = {}): Pool {
  const pool = new Pool({ workers: 2, ...options })
  t.after(async () => {
    await pool.terminate()
    assertNothingLeft(pool)
  })
  return pool
}

/** One pool for the tests of a suite that leave it as it was; starting workers is most of what they take. */
export function sharePool(options: PoolOptions): () => Pool {
  let pool: Pool | undefined
  after(async () => {
    await pool?.terminate()
    if (pool) assertNothingLeft(pool)
  })
  return () => (pool ??= new Pool({ workers: 2, ...options }))
}

export function assertNothingLeft(pool: Pick<Pool, 'workers'>): void {
  for (const { name, kind, pid, state } of pool.workers()) {
    assert.equal(state, 'ended', `${name} is ${state} after the pool ended`)
    if (kind === 'process') assert.equal(isAlive(pid), false, `${name}, process ${pid}, is alive after the pool ended`)
  }
}

/** The error a promise is rejected with; fails where it is not. */
export async function rejection(promise: PromiseLike<unknown>): Promise<Error & Record<string, unknown>> {
  let value: unknown
  try {
    value = await promise
  } catch (error) {
    assert.ok(error instanceof Error, `rejected with ${String(error)}, which is no Error`)
    return error as Error & Record<string, unknown>
  }
  return assert.fail(`resolved with ${JSON.stringify(value)} instead of being rejected`)
}

/** Everything that an iterable gives, in order. */
export async function collect<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const value of values) all.push(value)
  return all
}

export function range(from: number, to?: number): number[] {
  const [start, end] = to === undefined ? [0, from] : [from, to]
  return Array.from({ length: end - start }, (_, index) => start + index)
}

/** What a promise does in the turns of the event loop that are due anyway. */
export async function settledSoon(promise: PromiseLike<unknown>): Promise<'pending' | 'fulfilled' | 'rejected'> {
  let state: 'pending' | 'fulfilled' | 'rejected' = 'pending'
  promise.then(
    () => (state = 'fulfilled'),
    () => (state = 'rejected'),
  )
  await new Promise((resolve) => setImmediate(resolve))
  return state
}
