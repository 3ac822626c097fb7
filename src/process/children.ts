import type { BaseProcess } from './base-process.ts'

const children = new Set<BaseProcess>()

export function addChild(child: BaseProcess): void {
  children.add(child)
}

export function removeChild(child: BaseProcess): void {
  children.delete(child)
}

/**
 * The processes and threads that this one started with `start()` and that still run. Workers of pools are not among
 * them.
 *
 * @example
 * ```ts
 * import { Thread, activeChildren } from 'manyhands'
 *
 * const thread = new Thread({ target: () => {} })
 * thread.start()
 * console.log(activeChildren().includes(thread)) // true
 * await thread.join()
 * console.log(activeChildren()) // []
 * ```
 */
export function activeChildren(): BaseProcess[] {
  return [...children]
}
