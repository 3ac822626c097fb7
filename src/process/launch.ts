/**
 * What a Process or Thread and its owner say to each other.
 *
 *   owner → child   launch   who you are and what to run
 *                   given    with which arguments and own fields: what users made, which may need modules of theirs to
 *                            be read; both are sent at once, and nothing follows
 *   child → owner   fatal    the error that ends me
 *                   ending   a thread ends by itself: no one ended it from outside, where its exit code may be the same
 *
 * The child takes both, stops keeping itself alive for the channel, and runs. It ends as any program of Node does:
 * when nothing is left to wait for, at `process.exit`, or of an error. The owner learns that from its body (body.ts),
 * after all output. The end of the channel tells the child that its owner is gone.
 */
import type { TaskReference } from '../task/index.ts'
import type { WorkerKind } from './worker-options.ts'
import type { ClassReference } from './registry.ts'

/** A method of the process's own class, or a task. */
export type TargetReference = { readonly kind: 'method'; readonly name: string } | TaskReference

export interface Launch {
  readonly kind: WorkerKind
  readonly name: string
  readonly daemon: boolean
  readonly mayHaveChildren: boolean
  readonly outlives: boolean
  readonly path: readonly number[]
  readonly owner: { readonly name: string; readonly pid: number }
  /** The subclass that the process is of; null for Process and Thread themselves. */
  readonly class: ClassReference | null
  readonly target: TargetReference | null
}

export interface Given {
  readonly args: readonly unknown[]
  /** Own fields of the instance. */
  readonly fields: Readonly<Record<string, unknown>>
}

export type ToMain = readonly ['launch', Launch] | readonly ['given', Given]
export type FromMain = readonly ['fatal', error: unknown] | readonly ['ending']
