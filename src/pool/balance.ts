import type { WorkerHandle } from '../process/index.ts'

/** How long a call may run and still have a batch behind it that another worker could take, in milliseconds. */
export const PATIENCE = 2

/**
 * Takes batches back that wait behind a long call, once another worker has nothing to do.
 *
 * Short calls travel ahead of the worker that will run them. When one of them turns out long, what waits behind it
 * would wait as long, and for ever if the long call waits for it. A worker gives back what it has not begun, provided
 * that its running call gives the thread back now and then; what waits behind a loop waits for the loop's end.
 */
export class Balance {
  #timer: NodeJS.Timeout | undefined

  /** Called after calls were handed out: looks again in a moment where that left one idle and another with a queue. */
  consider(workers: Iterable<WorkerHandle>): void {
    if (this.#timer !== undefined || !isUneven(workers)) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      if (!isUneven(workers)) return
      const now = Date.now()
      for (const worker of workers) if (worker.queued && now - worker.busySince >= PATIENCE) worker.revoke()
      this.consider(workers)
    }, PATIENCE)
  }
}

/** Whether a worker is idle while another one has a batch that it has not begun. */
function isUneven(workers: Iterable<WorkerHandle>): boolean {
  let idle = false
  let queued = false
  for (const worker of workers) {
    if (worker.queued) queued = true
    else if (worker.load === 0 && worker.open) idle = true
  }
  return idle && queued
}
