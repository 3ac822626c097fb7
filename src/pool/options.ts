import { InvalidOptionError } from '../errors/index.ts'
import { type Duration, type Size, count, duration, size } from '../options/index.ts'
import { type Output, type WorkerKind, cpuCount, outputWriter } from '../process/index.ts'
import { referenceOf } from '../task/index.ts'
import type { Callable } from './executor.ts'
import type { SchedulerOptions } from './scheduler.ts'

/** Options of a {@link Pool}. */
export interface PoolOptions {
  /** How many workers, at most; they start when there is work. @default {@link cpuCount}, what the machine may use */
  readonly workers?: number | undefined
  /** Threads start faster and share memory; processes survive a native crash and can be limited from outside. @default 'thread' */
  readonly kind?: WorkerKind | undefined
  /**
   * Heap of one worker: one that grows beyond it is ended, and so is one that takes 128 MB more than this outside the
   * heap. A busy worker is looked at now and then, so it may have grown further by then.
   *
   * Without a limit, or where a single step takes more memory than there is, V8 may end the whole process instead of the
   * thread: use processes where that must not happen.
   *
   * @default Node's own limit
   */
  readonly memoryLimit?: Size | undefined
  /** Batches of calls after which a worker is replaced by a fresh one; a batch is one call unless `chunkSize` says otherwise. @default never */
  readonly maxTasksPerWorker?: number | undefined
  /** Runs once in each worker before its first call. */
  readonly initializer?: Callable<never[]> | undefined
  /** Arguments of `initializer`. */
  readonly initializerArgs?: readonly unknown[] | undefined
  /** How long importing a task's module may take. @default '30s' */
  readonly importTimeout?: Duration | undefined
  /** Start of the workers' names: `'P'` gives `P000`, `P001`, … @default 'P' */
  readonly name?: string | undefined
  /**
   * What becomes of the lines that workers write: `'tagged'` writes them here with the worker's name before each,
   * `'plain'` without, `'ignore'` drops them, and a function gets them.
   *
   * @default 'tagged'
   */
  readonly output?: Output | undefined
  /** Environment of the workers. @default this process's own */
  readonly env?: NodeJS.ProcessEnv | undefined
  /** Options of Node itself for the workers. @default this process's own */
  readonly execArgv?: readonly string[] | undefined
}

/** Options, checked and completed. */
export function poolSettings(options: PoolOptions): SchedulerOptions {
  const {
    workers,
    kind = 'thread',
    memoryLimit,
    maxTasksPerWorker,
    initializer,
    initializerArgs = [],
    importTimeout = '30s',
    name = 'P',
  } = options
  if (kind !== 'thread' && kind !== 'process') throw new InvalidOptionError('kind', "'thread' or 'process'", kind)
  if (typeof name !== 'string') throw new InvalidOptionError('name', 'a string', name)
  const isCallable = typeof initializer === 'function' || typeof initializer === 'string' || initializer instanceof URL
  if (initializer !== undefined && !isCallable) {
    throw new InvalidOptionError(
      'initializer',
      "a function, a task(), or a module's export as './tasks.ts#name'",
      initializer,
    )
  }
  return {
    size: workers === undefined ? cpuCount() : count('workers', workers),
    maxTasksPerWorker: maxTasksPerWorker === undefined ? undefined : count('maxTasksPerWorker', maxTasksPerWorker),
    namePrefix: name,
    onLine: outputWriter(options.output ?? 'tagged'),
    worker: {
      kind,
      memoryLimit: memoryLimit === undefined ? undefined : size('memoryLimit', memoryLimit),
      importTimeout: duration('importTimeout', importTimeout),
      initializer: initializer === undefined ? null : { reference: referenceOf(initializer), args: initializerArgs },
      env: options.env,
      execArgv: options.execArgv,
    },
  }
}
