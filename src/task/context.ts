import { format } from 'node:util'

/** What a running call of a `{ setup, run, teardown }` task gets after its own arguments. */
export interface TaskContext<S = unknown> {
  /** What `setup` returned in this worker. */
  readonly resource: S
  /** Aborts when the call is cancelled or its worker is told to stop; hand it on to whatever can be cancelled. */
  readonly signal: AbortSignal
  /** Writes one whole line to the owner's log, under this worker's name. */
  readonly log: (...message: unknown[]) => void
  /** Sends any serialisable value to the caller while the call runs. */
  readonly progress: (value: unknown) => void
}

/** The context of a task that is called as a plain function, outside any worker. */
export function localContext<S>(resource: S): TaskContext<S> {
  return {
    resource,
    signal: new AbortController().signal,
    log: (...message) => void process.stderr.write(`${format(...message)}\n`),
    progress: () => {},
  }
}
