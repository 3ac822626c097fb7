import { WorkerDiedError, type WorkerHandle } from '../process/index.ts'
import type { WorkerInfo } from './executor.ts'

/** Ended workers that are remembered, so that a pool that replaces workers for days stays small. */
const REMEMBERED = 256

/** The workers of a pool: those that live, and what is known of those that ended. */
export class Roster {
  readonly live = new Set<WorkerHandle>()
  readonly #ended: WorkerInfo[] = []
  /** Workers ever started. */
  started = 0

  add(worker: WorkerHandle): void {
    this.started++
    this.live.add(worker)
  }

  ended(worker: WorkerHandle): void {
    this.live.delete(worker)
    this.#ended.push(info(worker))
    if (this.#ended.length > REMEMBERED) this.#ended.shift()
  }

  infos(): WorkerInfo[] {
    return [...[...this.live].map(info), ...this.#ended]
  }
}

function info(worker: WorkerHandle): WorkerInfo {
  const { head, end, mode } = worker
  const input = head?.inputs[head.answered]
  const current =
    head === undefined
      ? null
      : {
          task: head.reference.name,
          input: head.spread ? (input as readonly unknown[] | undefined)?.[0] : input,
          since: worker.busySince,
        }
  return {
    name: worker.name,
    kind: worker.kind,
    pid: worker.pid,
    state: mode === 'ended' ? 'ended' : mode === 'starting' ? 'starting' : head === undefined ? 'idle' : 'busy',
    done: worker.done,
    failed: worker.failed,
    current: mode === 'ended' ? null : current,
    exitCode: end?.exitCode ?? null,
    signal: end?.signal ?? null,
    error: end === undefined || worker.endedAsAsked ? undefined : new WorkerDiedError(end),
  }
}
