/** What became of an item. */
export type Status = 'done' | 'failed'

/** An error as a store keeps it: everything that helps to understand it, as plain data. */
export interface StoredError {
  readonly name: string
  readonly message: string
  readonly code?: string | number
  readonly stack?: string
  readonly cause?: StoredError
  /** Its other own fields, such as `exitCode`, `signal`, `worker`, `timeout`. */
  readonly [field: string]: unknown
}

/** What a store knows of an item that was done or failed. */
export interface Outcome<R = unknown> {
  readonly key: string
  readonly status: Status
  /** What the task returned; undefined for an item that failed. */
  readonly value: R
  /** Why it failed; undefined for an item that is done. */
  readonly error: StoredError | undefined
  /** How often it was tried in the run that decided it. */
  readonly attempts: number
  /** When its last attempt began, in milliseconds since the epoch. */
  readonly startedAt: number
  /** How long its last attempt took, in milliseconds. */
  readonly duration: number
  readonly worker: string
  readonly pid: number
  /** What identified the input's content, such as a file's size and modification time. */
  readonly fingerprint: string | undefined
}

/** An item that is done, with its value. */
export interface Done<R = unknown> extends Outcome<R> {
  readonly status: 'done'
  readonly error: undefined
}

/** An item that failed, with its error. */
export interface Failure extends Outcome<undefined> {
  readonly status: 'failed'
  readonly error: StoredError
}

/** An attempt that failed, also one that was tried again and succeeded. */
export interface Attempt {
  readonly key: string
  /** 1 for the first. */
  readonly attempt: number
  readonly startedAt: number
  readonly duration: number
  readonly worker: string
  readonly pid: number
  readonly error: StoredError
}

/** An outcome as it lies in the file: value and error still as text. */
export interface RawOutcome {
  readonly key: string
  readonly status: Status
  readonly value: string | null
  readonly error: string | null
  readonly fingerprint: string | null
  readonly attempts: number
  readonly startedAt: number
  readonly duration: number
  readonly worker: string
  readonly pid: number
}

/** A failed attempt as it lies in the file. */
export interface RawAttempt extends Omit<Attempt, 'error'> {
  readonly error: string
}

/** One call of `run()` on a store. */
export interface RunRecord {
  /** The process of the run. */
  readonly pid: number
  readonly startedAt: number
  /** How many inputs it had; null where that was not known. */
  readonly total: number | null
  /** null while it runs, and for a run that was killed. */
  readonly endedAt: number | null
  /** How it ended: `'finished'`, or what stopped it. */
  readonly ended: string | null
}

/** What a store says of itself. */
export interface StoreFacts {
  /** When it was made, in milliseconds since the epoch. */
  readonly created: number
  /** The task whose results it holds. */
  readonly task: TaskIdentity | null
  /** The folder that keys of files are relative to, itself relative to the store's folder. */
  readonly root: string | null
  /** Hashes of the task's code, oldest first; an outcome tells by its number which one made it. */
  readonly versions: readonly string[]
}

/** A task as a store knows it. */
export interface TaskIdentity {
  /** As people read it. */
  readonly name: string
  /** Its module's path relative to the store's folder, and as it was; null for an inline function. */
  readonly module: string | null
  readonly url: string | null
  /** The export's name, and the position among the `task()` calls of the module, where known. */
  readonly export: string | null
  readonly position: number | null
  /** Hash of the module's text, or of the function's. */
  readonly code: string
}

/** How an item of the run stands to the store. */
export const Standing = { new: 0, done: 1, failed: 2, changed: 3, outdated: 4 } as const

/** A run of outcomes on its way to the store, column by column: cheap to send, and cheap to write. */
export interface Batch {
  readonly id: number
  readonly keys: readonly string[]
  readonly fingerprints: readonly (string | null)[]
  readonly values: readonly (string | null)[]
  /** Text of the error, for the items that failed. */
  readonly errors: readonly (string | null)[]
  readonly attempts: readonly number[]
  readonly startedAt: readonly number[]
  readonly duration: readonly number[]
  readonly workers: readonly string[]
  readonly pids: readonly number[]
  /** Positions of items that the store holds already and that this outcome replaces. */
  readonly known: readonly number[]
  readonly tries: readonly RawAttempt[]
}
