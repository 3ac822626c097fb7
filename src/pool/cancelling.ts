import type { WorkerHandle } from '../process/index.ts'
import type { Source, SourceBatch } from './source.ts'

/** How long a cancelled call may take to notice its signal before its worker is ended, in milliseconds. */
const GRACE = 200

/**
 * Ends what runs though nobody wants it any more: calls that were aborted, inputs of a stream that was left.
 *
 * Such a call was rejected already. One that a worker has not begun is taken back and dropped. One that runs sees its
 * signal abort, and when that has not ended it after a grace period, its worker is ended. The other calls in that
 * worker's hands go to another one.
 *
 * Which call of several in a batch is running, a thread tells through shared memory. Of a process it is known once it
 * has given the others back; one that gives no answer is inside a call, and is ended if that may be the unwanted one.
 */
export class Cancelling {
  /** Workers that may have unwanted calls in hand, and where the one stood that is waited for now. */
  readonly #workers = new Map<WorkerHandle, { readonly head: SourceBatch; readonly answered: number } | undefined>()

  /** A call of the source, or all of them, became unwanted. */
  cancel(workers: Iterable<WorkerHandle>, source: Source, number?: number): void {
    for (const worker of workers) {
      if (!worker.holds((batch) => (batch as SourceBatch).source === source)) continue
      const head = worker.head as SourceBatch
      if (head.source === source) worker.cancel(number === undefined ? (worker.running ?? 0) : number - head.first)
      if (!this.#workers.has(worker)) this.#workers.set(worker, undefined)
      this.look(worker)
    }
  }

  /** Called when a worker went on to another call. */
  look(worker: WorkerHandle): void {
    if (!this.#workers.has(worker)) return
    const isUnwanted = (batch: SourceBatch, index: number): boolean => !batch.source.wants(batch.first + index)
    if (worker.mode === 'ended' || !worker.holds((batch, index) => isUnwanted(batch as SourceBatch, index))) {
      this.#workers.delete(worker)
      return
    }
    worker.revoke()
    const head = worker.head as SourceBatch
    const { answered } = head
    const waiting = this.#workers.get(worker)
    // A task that is being made ready is not interrupted: the next call would have to wait for it all the same.
    if (worker.running === undefined || (waiting?.head === head && waiting.answered === answered)) return
    this.#workers.set(worker, { head, answered })
    if (isUnwanted(head, worker.running)) worker.cancel(worker.running)
    setTimeout(() => {
      this.#workers.set(worker, undefined)
      const stands = worker.head === head && head.answered === answered
      if (stands && worker.mayRun().some((index) => isUnwanted(head, index))) worker.kill({ kind: 'cancelled' })
      else this.look(worker)
    }, GRACE).unref()
  }

  /** A worker ended. */
  ended(worker: WorkerHandle): void {
    this.#workers.delete(worker)
  }
}
