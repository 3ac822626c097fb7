import type { TaskReference } from '../task/index.ts'
import type { WorkerEnd } from './errors.ts'

/** Calls of one task that travel together. The worker answers them in order. */
export interface Batch {
  readonly reference: TaskReference
  /** Whether each input is a list of arguments. */
  readonly spread: boolean
  /** Becomes shorter when the worker gives the rest back. */
  inputs: readonly unknown[]
  /** Whether its calls stay together, whoever is idle. */
  readonly whole: boolean
  /** Limit of each call in milliseconds. */
  readonly timeout: number | undefined
  /** How many of the inputs were answered; kept by the worker that has the batch. */
  answered: number
}

/** Why the owner ended a worker before its time. */
export type Verdict =
  | { readonly kind: 'timeout'; readonly timeout: number }
  | { readonly kind: 'import-timeout'; readonly timeout: number; readonly task: string }
  | { readonly kind: 'unreadable'; readonly error: unknown }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'terminated' }

/** What a worker left behind when it ended. */
export interface Remains {
  readonly end: WorkerEnd
  readonly verdict: Verdict | undefined
  /** Batches not answered in full, in the order they were sent. */
  readonly batches: readonly Batch[]
  /** Index in the first batch of the call that was running, -1 if none was; undefined where that cannot be told. */
  readonly running: number | undefined
  /** Whether it had become ready. */
  readonly wasReady: boolean
  /** Whether the task of the first batch was ready in it; before that none of its calls began. */
  readonly wasPrepared: boolean
}

export interface Answer {
  readonly values: readonly unknown[]
  /** Positions in `values` that hold thrown errors. */
  readonly errors: readonly number[] | null
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** Milliseconds that these calls took together. */
  readonly elapsed: number
}
