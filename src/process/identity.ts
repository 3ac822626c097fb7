import type { ParentProcess } from './parent.ts'

/** Who this thread or process is, as its owner told it. */
export interface Identity {
  name: string
  /** Whether it is ended with its owner instead of being waited for. */
  readonly daemon: boolean
  readonly mayHaveChildren: boolean
  /** Its number among its owner's children, after the path of its owner; empty in the main process. */
  readonly path: readonly number[]
  readonly parent: ParentProcess | null
  /** How many processes and threads were made here so far: their numbers. */
  made: number
}

const SELF = Symbol.for('manyhands.process.self')

// On globalThis, because the file that a worker begins with and the user's module may load different copies of this
// one.
const shared = globalThis as { [SELF]?: Identity }

/** Who this thread is. */
export function self(): Identity {
  return (shared[SELF] ??= {
    name: 'MainProcess',
    daemon: false,
    mayHaveChildren: true,
    path: [],
    parent: null,
    made: 0,
  })
}

/** Takes on an identity, where a worker begins. */
export function become(identity: Partial<Identity>): void {
  Object.assign(self(), identity)
}

/** The name that the children of this thread know it by. */
export function ownName(): string {
  return self().name
}
