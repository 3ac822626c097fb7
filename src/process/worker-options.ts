import type { TaskReference } from '../task/index.ts'
import type { BodyOptions } from './body.ts'

/** What a worker lives in: a thread of this process, or a process of its own. */
export type WorkerKind = 'thread' | 'process'

export interface WorkerOptions extends Omit<BodyOptions, 'settings' | 'onEnd'> {
  readonly kind: WorkerKind
  readonly name: string
  /** Run once in the worker before anything else. */
  readonly initializer: { readonly reference: TaskReference; readonly args: readonly unknown[] } | null
  /** Limit of importing a task's module, in milliseconds. */
  readonly importTimeout: number
}
