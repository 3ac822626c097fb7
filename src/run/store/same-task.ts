import path from 'node:path'
import type { TaskIdentity } from './outcome.ts'

/**
 * Whether two identities can be of the same task. One task may be named in two ways, as an export and as the n-th
 * `task()` of a module; and a project may move. So only what surely differs is another task.
 */
export function isSameTask(stored: TaskIdentity, task: TaskIdentity): boolean {
  const differs = (a: string | number | null, b: string | number | null): boolean => a !== null && b !== null && a !== b
  if (differs(stored.export, task.export) || differs(stored.position, task.position)) return false
  if (stored.module === null || task.module === null) return stored.module === task.module
  return (
    stored.module === task.module ||
    stored.url === task.url ||
    (path.basename(stored.module) === path.basename(task.module) && stored.code === task.code)
  )
}
