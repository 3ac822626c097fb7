export { Counter } from './counter/index.ts'
export { InvalidOptionError, ManyhandsError } from './errors/index.ts'
export type { Duration, Size } from './options/index.ts'
export {
  ExportNotFoundError, ImportTimeoutError, InlineTaskError, MainGuardError, type ModuleMeta, ModuleNotFoundError, ModuleThrewError,
  NotAFunctionError, SetupError, type Task, type TaskContext, TaskLoadError, type TaskParts, type TaskPartsOfMany, type TaskPartsWithoutContext, isMain, task,
} from './task/index.ts'
export { BlockingCallError, NotSerializableError, OwnerDiedError, type WireType, move, registerWireType } from './wire/index.ts'
export {
  BrokenPipeError, BufferTooShort, Connection, ConnectionStateError, Empty, EndOfPipe, Full, JoinableQueue, type JoinableQueueOptions, LifoQueue,
  Pipe, type PipeOptions, type Priority, PriorityQueue, type PriorityQueueOptions, Queue, QueueClosedError, type QueueOptions, type QueueStats,
  ShutDown, SimpleQueue, type Waitable, wait,
} from './queue/index.ts'
export {
  Barrier, type BarrierOptions, BoundedSemaphore, BrokenBarrierError, Condition, Event, type LimitedWait, Lock, type LockToken, NotOwnedError,
  RLock, Semaphore, type SemaphoreToken,
} from './sync/index.ts'
export { type DeathReason, WorkerDiedError, WorkerStartError, cpuCount } from './process/index.ts'
export {
  AsyncResult, type CallInfo, type Callable, type Executor, type ImapOptions, InProcessExecutor, type Inputs, InvalidStateError,
  type MapOptions, type Output, type OutputLine, Pool, PoolClosedError, type PoolOptions, PoolTerminatedError, type ResultCallbacks,
  ResultStream, type SubmitOptions, TaskTimeoutError, TimeoutError, type WorkerInfo,
} from './pool/index.ts'
