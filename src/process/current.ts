import { BaseProcess } from './base-process.ts'
import { self } from './identity.ts'
import type { ParentProcess } from './parent.ts'
import { Process } from './process-class.ts'
import { revive } from './revive.ts'

const CURRENT = Symbol.for('manyhands.process.current')

// On globalThis, as the identity is: what a worker begins with sets it, what the user imports reads it.
const shared = globalThis as { [CURRENT]?: BaseProcess }

export function setCurrent(process: BaseProcess): void {
  shared[CURRENT] = process
}

/**
 * The process or thread that runs this code: in one that was started, its own object as it is there, with what its
 * subclass adds; elsewhere, one that only has a name and a pid.
 *
 * @example
 * ```ts
 * import { currentProcess } from 'manyhands'
 *
 * console.log(currentProcess().name) // 'MainProcess'
 * console.log(currentProcess().pid === process.pid) // true
 * ```
 */
export function currentProcess(): BaseProcess {
  return (shared[CURRENT] ??= revive<BaseProcess>(Process, { identity: self(), fields: {}, work: undefined }))
}

/**
 * The process or thread that started this one; null in the main process.
 *
 * @example
 * ```ts
 * import { parentProcess } from 'manyhands'
 *
 * console.log(parentProcess()) // null
 * ```
 */
export function parentProcess(): ParentProcess | null {
  return self().parent
}
