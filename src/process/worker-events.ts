import type { Answer, Batch, Remains } from './batch.ts'
import type { WorkerHandle } from './worker.ts'

/** What a worker tells its owner. */
export interface WorkerEvents {
  onReady(worker: WorkerHandle): void
  /** A task became ready in it, and its first batch begins. */
  onPrepared(worker: WorkerHandle): void
  /** Answers for the inputs of `batch` from `batch.answered - answer.values.length`. */
  onAnswer(worker: WorkerHandle, batch: Batch, answer: Answer): void
  /** Inputs of a batch, from `from` on, that were revoked: none of them ran. */
  onReturned(worker: WorkerHandle, batch: Batch, inputs: readonly unknown[], from: number): void
  /** The task of a batch cannot be made ready; nothing of the batch ran. */
  onLoadFailed(worker: WorkerHandle, batch: Batch, error: unknown): void
  /** The worker cannot decode what a batch holds; nothing of it ran. */
  onUnreadable(worker: WorkerHandle, batch: Batch, error: unknown): void
  onProgress(batch: Batch, index: number, value: unknown): void
  onLine(worker: WorkerHandle, line: string, stream: 'stdout' | 'stderr' | 'log'): void
  /** Once, after everything else. */
  onEnd(worker: WorkerHandle, remains: Remains): void
}
