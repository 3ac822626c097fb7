import { AsyncLocalStorage } from 'node:async_hooks'
import { realpathSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { isMainThread } from 'node:worker_threads'
import { displayName } from './definition.ts'
import { MainGuardError } from './errors.ts'

/**
 * Whether this module is the script that `node` was started with, on the main thread.
 *
 * A script that holds its own tasks is evaluated again in every worker; its main part must run only once. This is
 * Python's `if __name__ == '__main__'`.
 *
 * @param meta - `import.meta` of the module.
 *
 * @example
 * ```ts
 * import { Pool, isMain, task } from 'manyhands'
 *
 * export const square = task(import.meta, (x: number) => x * x)
 *
 * if (isMain(import.meta)) {
 *   await using pool = new Pool({ workers: 2 })
 *   console.log(await pool.map(square, [1, 2, 3])) // [ 1, 4, 9 ]
 * }
 * ```
 */
export function isMain(meta: { readonly url: string }): boolean {
  const script = process.argv[1]
  if (!isMainThread || script === undefined) return false
  const url = meta.url.replace(/[?#].*$/, '')
  if (url === pathToFileURL(script).href) return true
  try {
    return realpathSync(fileURLToPath(url)) === realpathSync(script)
  } catch {
    // `node script` without its extension, or a module that is not a file.
    return url.replace(/\.[cm]?[jt]s$/, '') === pathToFileURL(script).href
  }
}

// A module under import and whatever it starts, timers and promises included: that is what makes a script without its
// guard recognisable even when its main part begins a few ticks later.
const importing = new AsyncLocalStorage<string>()

/** Imports a task's module, so that {@link refuseInImport} can tell what runs because of it. */
export function importGuarded(module: string): Promise<Record<string, unknown>> {
  return importing.run(module, () => import(module) as Promise<Record<string, unknown>>)
}

/**
 * Called where workers would be started.
 *
 * @throws {@link MainGuardError} when that happens because a worker imports a task's module.
 */
export function refuseInImport(): void {
  const module = importing.getStore()
  if (module !== undefined) throw new MainGuardError(displayName(module))
}
