export { Connection, Pipe, type PipeOptions } from './connection.ts'
export {
  BrokenPipeError,
  BufferTooShort,
  ConnectionStateError,
  Empty,
  EndOfPipe,
  Full,
  QueueClosedError,
  ShutDown,
} from './errors.ts'
export type { Priority } from './heap.ts'
export { JoinableQueue, type JoinableQueueOptions } from './joinable-queue.ts'
export { LifoQueue, PriorityQueue, type PriorityQueueOptions } from './ordered-queues.ts'
export { Queue, type QueueOptions } from './queue.ts'
export type { QueueStats } from './shared-queue.ts'
export { SimpleQueue } from './simple-queue.ts'
export { type ReadyOptions, type Waitable, waitReady } from './wait-ready.ts'
