export { cpuCount } from './cpu-count.ts'
export { type CallInHand, type DeathReason, type WorkerEnd, WorkerDiedError, WorkerStartError } from './errors.ts'
export {
  type Answer, type Batch, type Remains, type Verdict, type WorkerEvents, type WorkerKind, type WorkerOptions, WorkerHandle,
} from './worker.ts'
