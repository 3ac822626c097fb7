// Executors for tests: of each kind, always ended, and looked over when they are.
import { type TestContext, after, describe } from 'node:test'
import {
  FuturesExecutor,
  InProcessExecutor,
  type PoolExecutorOptions,
  ProcessPoolExecutor,
  ThreadPoolExecutor,
} from 'manyhands'
import { type Kind, assertNothingLeft } from './pools.ts'

export type PoolExecutor = ThreadPoolExecutor | ProcessPoolExecutor

/** An executor over a pool, not ended by anybody. */
export function makeExecutor(kind: Kind, options: PoolExecutorOptions = {}): PoolExecutor {
  const settings = { maxWorkers: 2, output: 'ignore' as const, ...options }
  return kind === 'thread' ? new ThreadPoolExecutor(settings) : new ProcessPoolExecutor(settings)
}

/** An executor that is terminated at the end of the test; a worker that outlives that fails the test. */
export function openExecutor(t: TestContext, kind: Kind, options?: PoolExecutorOptions): PoolExecutor {
  const executor = makeExecutor(kind, options)
  t.after(async () => {
    await executor.terminate()
    assertNothingLeft(executor)
  })
  return executor
}

/** The same over threads, over processes or on this thread. */
export function openRunner(
  t: TestContext,
  kind: Kind | 'inline',
  options: { maxWorkers?: number } = {},
): FuturesExecutor {
  if (kind !== 'inline') return openExecutor(t, kind, options)
  const executor = new FuturesExecutor(new InProcessExecutor({ workers: options.maxWorkers ?? 2 }))
  t.after(() => executor.terminate())
  return executor
}

/** One executor for the tests of a suite that leave it as it was. */
export function shareExecutor(kind: Kind | 'inline', maxWorkers = 2): () => FuturesExecutor {
  let executor: FuturesExecutor | undefined
  after(async () => {
    await executor?.terminate()
    if (executor) assertNothingLeft(executor)
  })
  return () =>
    (executor ??=
      kind === 'inline'
        ? new FuturesExecutor(new InProcessExecutor({ workers: maxWorkers }))
        : makeExecutor(kind, { maxWorkers }))
}

/** The same tests over both executors and over one that runs calls on this thread. */
export function eachRunner(body: (kind: Kind | 'inline') => void): void {
  for (const kind of ['thread', 'process', 'inline'] as const) describe(kind, () => body(kind))
}
