import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { InvalidOptionError } from '../errors/index.ts'
import { type Duration, count, duration } from '../options/index.ts'
import type { Executor, PoolOptions } from '../pool/index.ts'
import type { RunEvent } from './events.ts'
import type { Reducer } from './reducer.ts'
import type { RunSnapshot } from './report.ts'
import { type Halt, haltPolicy } from './schedule/halt.ts'
import { type Backoff, backoffOf } from './schedule/retries.ts'
import type { Stop } from './stop.ts'
import type { WriterKind } from './writer/link.ts'

/** Options of the workers that a run makes for itself. */
export type RunPoolOptions = Pick<
  PoolOptions,
  | 'workers'
  | 'memoryLimit'
  | 'maxTasksPerWorker'
  | 'initializer'
  | 'initializerArgs'
  | 'importTimeout'
  | 'output'
  | 'env'
  | 'execArgv'
>

/** Options of {@link run}. */
export interface RunOptions<R = unknown, A = unknown> extends RunPoolOptions {
  /**
   * The file that holds the run. Its extension says the format: `.db`, `.sqlite` and others SQLite; `.jsonl` or
   * `.ndjson` a log of JSON lines; `.log` a log of frames with checksums; `.json` one document, for small runs.
   *
   * @default none: outcomes are kept in memory, and nothing survives
   */
  readonly store?: string | URL | undefined
  /** Processes survive a native crash and can be limited from outside; threads start faster. @default 'process' */
  readonly kind?: 'thread' | 'process' | undefined
  /** Where the calls run. It is not closed at the end. @default a pool of its own, of `workers` workers of `kind` */
  readonly executor?: Executor | undefined
  /** How often a failed item is tried again, however it failed. @default 0 */
  readonly retries?: number | undefined
  /** How long to wait before that: the first wait, or all about it. @default '1s', doubled each time up to '1m' */
  readonly backoff?: Duration | Backoff | undefined
  /** How long one attempt may take; its worker is ended then. @default no limit */
  readonly timeout?: Duration | undefined
  /** When failures end the run. @default 'never' */
  readonly halt?: Halt | undefined
  /** Outcomes are saved when so many wait… @default 10 */
  readonly saveEvery?: number | undefined
  /** …or when the first that waits has waited so long. @default '1s' */
  readonly saveInterval?: Duration | undefined
  /** Where the writer of the store lives. A process survives even the death of this one for long enough to save all. @default 'thread' */
  readonly writer?: WriterKind | undefined
  /** How long items in hand may take to finish after a stop was asked for. @default '10s' */
  readonly grace?: Duration | undefined
  /** At most so many items are done in this run. @default all */
  readonly limit?: number | undefined
  /**
   * `'pull'`: whoever is free gets the next item. `'stride'`: the i-th of n workers' shares are the items i, i + n,
   * i + 2n, …, and each share is done one after another.
   *
   * @default 'pull'
   */
  readonly partition?: 'pull' | 'stride' | undefined
  /** Whether items that failed in an earlier run are tried again. @default false */
  readonly retryFailed?: boolean | undefined
  /** Forgets an earlier run of this store, and does everything anew. @default false */
  readonly restart?: boolean | undefined
  /**
   * What to do when the task's code changed since results were stored: `'keep'` them with a warning, `'redo'` those items,
   * or `'refuse'` the run. The code is the text of the task's own module, not of what that imports.
   *
   * @default 'keep'
   */
  readonly taskChanged?: 'keep' | 'redo' | 'refuse' | undefined
  /** Makes one value of all, at the end: `reduced` of the report. */
  readonly reducer?: Reducer<Awaited<R>, A> | undefined
  /** Stops the run when it aborts, as the first request of a {@link Stop}. */
  readonly signal?: AbortSignal | undefined
  /** Stops the run in two steps. */
  readonly stop?: Stop | undefined
  /** Hears what happens. Without it no event is made. */
  readonly onEvent?: ((event: RunEvent<Awaited<R>>) => void) | undefined
  /** Hears how far the run is, at most every `progressInterval`, and once at the end. */
  readonly onProgress?: ((snapshot: RunSnapshot) => void) | undefined
  /** @default '250ms' */
  readonly progressInterval?: Duration | undefined
}

/** Options, checked and completed. */
export interface Settings {
  readonly store: string | undefined
  readonly retries: number
  readonly backoff: (failed: number) => number
  readonly timeout: number | undefined
  readonly halt: (done: number, failed: number) => 'go on' | 'soon' | 'now'
  readonly saveEvery: number
  readonly saveInterval: number
  readonly writer: WriterKind
  readonly grace: number
  readonly limit: number
  readonly partition: 'pull' | 'stride'
  readonly retryFailed: boolean
  readonly restart: boolean
  readonly taskChanged: 'keep' | 'redo' | 'refuse'
  readonly progressInterval: number
  readonly pool: PoolOptions
}

/** @throws {@link InvalidOptionError} for an option out of its range. */
export function settingsOf<R, A>(options: RunOptions<R, A>): Settings {
  const {
    store,
    workers,
    memoryLimit,
    maxTasksPerWorker,
    initializer,
    initializerArgs,
    importTimeout,
    output,
    env,
    execArgv,
  } = options
  if (store === '') throw new InvalidOptionError('store', 'the path of a file', store)
  return {
    store: store === undefined ? undefined : path.resolve(typeof store === 'string' ? store : fileURLToPath(store)),
    retries: count('retries', options.retries ?? 0, 0),
    backoff: backoffOf(options.backoff),
    timeout: options.timeout === undefined ? undefined : duration('timeout', options.timeout),
    halt: haltPolicy(options.halt ?? 'never'),
    saveEvery: count('saveEvery', options.saveEvery ?? 10),
    saveInterval: duration('saveInterval', options.saveInterval ?? '1s'),
    writer: oneOf<WriterKind>('writer', options.writer ?? 'thread', ['thread', 'process', 'inline']),
    grace: duration('grace', options.grace ?? '10s'),
    limit: options.limit === undefined ? Infinity : count('limit', options.limit),
    partition: oneOf<'pull' | 'stride'>('partition', options.partition ?? 'pull', ['pull', 'stride']),
    retryFailed: options.retryFailed ?? false,
    restart: options.restart ?? false,
    taskChanged: oneOf<'keep' | 'redo' | 'refuse'>('taskChanged', options.taskChanged ?? 'keep', [
      'keep',
      'redo',
      'refuse',
    ]),
    progressInterval: duration('progressInterval', options.progressInterval ?? 250),
    pool: {
      kind: oneOf<'thread' | 'process'>('kind', options.kind ?? 'process', ['thread', 'process']),
      workers: workers === undefined ? undefined : count('workers', workers),
      memoryLimit,
      maxTasksPerWorker,
      initializer,
      initializerArgs,
      importTimeout,
      output,
      env,
      execArgv,
    },
  }
}

function oneOf<T extends string>(option: string, value: T, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value
  throw new InvalidOptionError(option, allowed.map((each) => `'${each}'`).join(', '), value)
}
