export { Counter, type CounterSource, type Trimmed } from './counter/index.ts'
export { InvalidOptionError, InvalidStateError, ManyhandsError, TimeoutError } from './errors/index.ts'
export type { BlockOptions, Duration, Size } from './options/index.ts'
export {
  ExportNotFoundError, ImportTimeoutError, InlineTaskError, MainGuardError, type ModuleMeta, ModuleNotFoundError, ModuleThrewError,
  InitializerError, NotAFunctionError, SetupError, type Task, type TaskContext, TaskLoadError, type TaskParts, type TaskPartsOfMany, type TaskPartsWithoutContext, isMain, task,
} from './task/index.ts'
export { BlockingCallError, NotSerializableError, OwnerDiedError, type WireType, move, registerWireType } from './wire/index.ts'
export {
  BrokenPipeError, BufferTooShort, Connection, ConnectionStateError, Empty, EndOfPipe, Full, JoinableQueue, type JoinableQueueOptions, LifoQueue,
  Pipe, type PipeOptions, type Priority, PriorityQueue, type PriorityQueueOptions, Queue, QueueClosedError, type QueueOptions, type QueueStats,
  type ReadyOptions, ShutDown, SimpleQueue, type Waitable, waitReady,
} from './queue/index.ts'
export {
  Barrier, type BarrierOptions, BoundedSemaphore, BrokenBarrierError, Condition, Event, type LimitedWait, Lock, LockToken, NotOwnedError,
  RLock, Semaphore, SemaphoreToken,
} from './sync/index.ts'
export {
  BaseProcess, type CheckedPairs, type DeathReason, type Output, type OutputLine, type ParentProcess, Process, ProcessGroup, type ProcessOptions,
  type Sentinel, type StartAllOptions, type Target, type TargetArguments, type TargetPair, Thread, WorkerDiedError, type WorkerKind, WorkerStartError,
  activeChildren, cpuCount, currentProcess, parentProcess, startAll,
} from './process/index.ts'
export {
  AsyncResult, BrokenExecutorError, BrokenProcessPoolError, BrokenThreadPoolError, type CallInfo, type Callable,
  type CancelOptions, CancelledError, type CompletedFutures, type Executor, type ExecutorMapOptions, Future,
  type FutureCallOptions, type FutureOptions, type FutureState, FuturesExecutor, type FuturesExecutorOptions,
  type ImapOptions, InProcessExecutor, type Inputs, type MapArguments, type MapOptions, MapResults,
  Pool, PoolClosedError, type PoolExecutorOptions, type PoolOptions, PoolTerminatedError,
  ProcessPoolExecutor, type ResultCallbacks, ResultStream, type SubmitOptions, type Submitter, TaskTimeoutError,
  ThreadPoolExecutor, type WaitOptions, type WaitResult, type WorkerInfo, asCompleted, wait,
} from './pool/index.ts'
