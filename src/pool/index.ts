export { asCompleted, type CompletedFutures } from './as-completed.ts'
export { AsyncResult, type ResultCallbacks } from './async-result.ts'
export {
  BrokenExecutorError,
  BrokenProcessPoolError,
  BrokenThreadPoolError,
  CancelledError,
  PoolClosedError,
  PoolTerminatedError,
  TaskTimeoutError,
  TimeoutError,
} from './errors.ts'
export type { ImapOptions, MapOptions } from './call-types.ts'
export type { Callable, CallInfo, Executor, SubmitOptions, WorkerInfo } from './executor.ts'
export { type PoolExecutorOptions, ProcessPoolExecutor, ThreadPoolExecutor } from './executors.ts'
export { type CancelOptions, Future, type FutureOptions, type FutureState } from './future.ts'
export {
  type FutureCallOptions,
  FuturesExecutor,
  type FuturesExecutorOptions,
  type Submitter,
} from './futures-executor.ts'
export { InProcessExecutor } from './in-process.ts'
export type { Inputs } from './input-source.ts'
export type { ExecutorMapOptions, MapArguments } from './map-arguments.ts'
export { MapResults } from './map-results.ts'
export type { PoolOptions } from './options.ts'
export { Pool } from './pool.ts'
export { ResultStream } from './sinks.ts'
export { wait, type WaitOptions, type WaitResult } from './wait.ts'
