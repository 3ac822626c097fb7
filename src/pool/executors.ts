import { count } from '../options/index.ts'
import { type WorkerKind, cpuCount } from '../process/index.ts'
import { BrokenProcessPoolError, BrokenThreadPoolError } from './errors.ts'
import { type ExecutorTraits, FuturesExecutor, type FuturesExecutorOptions } from './futures-executor.ts'
import type { PoolOptions } from './options.ts'
import { Pool } from './pool.ts'

/** Options of {@link ThreadPoolExecutor} and {@link ProcessPoolExecutor}: a pool's, with Python's names for some. */
export interface PoolExecutorOptions extends Omit<PoolOptions, 'kind'>, FuturesExecutorOptions {
  /**
   * How many workers, at most; they start when there is work.
   *
   * @default `workers`, or, as in Python, what {@link cpuCount} says; of threads four more, but 32 at most
   */
  readonly maxWorkers?: number | undefined
  /** Batches of calls after which a worker is replaced, as `maxTasksPerWorker`. @default never */
  readonly maxTasksPerChild?: number | undefined
}

/**
 * An executor whose workers are threads of this process: Python's `ThreadPoolExecutor`, but its threads do compute side
 * by side. Its workers are named `ThreadPoolExecutor-0_000`, …, unless `name` says otherwise.
 *
 * One that is dropped without `shutdown()` ends its workers when it is collected, after what was submitted.
 *
 * @example
 * ```ts
 * import { ThreadPoolExecutor } from 'manyhands'
 *
 * await using executor = new ThreadPoolExecutor({ maxWorkers: 2 })
 * console.log(await executor.submit((x: number, y: number) => x ** y, 2, 8)) // 256
 * const sums = executor.map((a: number, b: number) => a + b, [1, 2], [10, 20])
 * for await (const sum of sums) console.log(sum > 10) // true
 * ```
 */
export class ThreadPoolExecutor extends FuturesExecutor<Pool> {
  static #count = 0

  /** @throws {@link InvalidOptionError} for an option out of its range. No worker is started yet. */
  constructor(options: PoolExecutorOptions = {}) {
    const name = options.name ?? `ThreadPoolExecutor-${ThreadPoolExecutor.#count++}_`
    super(pool({ ...options, name }, 'thread', Math.min(32, cpuCount() + 4)), options, THREADS)
    dropped.register(this, this.backend)
  }
}

/**
 * An executor whose workers are processes: Python's `ProcessPoolExecutor`. A native crash costs one of them, and each
 * can have its own `memoryLimit`.
 *
 * One that is dropped without `shutdown()` ends its workers when it is collected, after what was submitted.
 *
 * @example
 * ```ts
 * import { ProcessPoolExecutor } from 'manyhands'
 *
 * await using executor = new ProcessPoolExecutor({ maxWorkers: 2 })
 * const futures = [1, 2, 3].map((x) => executor.submit((value: number) => value * 2, x))
 * console.log(await Promise.all(futures)) // [ 2, 4, 6 ]
 * ```
 */
export class ProcessPoolExecutor extends FuturesExecutor<Pool> {
  /** @throws {@link InvalidOptionError} for an option out of its range. No worker is started yet. */
  constructor(options: PoolExecutorOptions = {}) {
    super(pool(options, 'process', cpuCount()), options, PROCESSES)
    dropped.register(this, this.backend)
  }
}

const THREADS: ExecutorTraits = { name: 'ThreadPoolExecutor', Broken: BrokenThreadPoolError }
const PROCESSES: ExecutorTraits = { name: 'ProcessPoolExecutor', Broken: BrokenProcessPoolError }

/** Ends the workers of executors that nobody can reach any more. */
const dropped = new FinalizationRegistry<Pool>((abandoned) => void abandoned.close())

function pool(given: PoolExecutorOptions, kind: WorkerKind, defaultWorkers: number): Pool {
  const { maxWorkers, maxTasksPerChild, ...options } = given
  const workers = maxWorkers === undefined ? (options.workers ?? defaultWorkers) : count('maxWorkers', maxWorkers)
  const maxTasksPerWorker =
    maxTasksPerChild === undefined ? options.maxTasksPerWorker : count('maxTasksPerChild', maxTasksPerChild)
  return new Pool({ ...options, kind, workers, maxTasksPerWorker })
}
