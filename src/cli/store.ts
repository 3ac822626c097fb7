import { statSync } from 'node:fs'
import { type Store, openStore } from '../run/index.ts'
import { UsageError } from './errors.ts'
import { didYouMeanPath } from './near-paths.ts'

/**
 * Opens a store that must be there, as long as `use` runs.
 *
 * @throws {@link UsageError} when it is not there, and what {@link openStore} throws.
 */
export async function withStore<R>(path: string, use: (store: Store) => R | Promise<R>): Promise<R> {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw new UsageError(`${path} is a folder, not a store`)
  const store = openStore(path)
  try {
    if (!store.status().exists) throw new UsageError(`there is no store ${path}${didYouMeanPath(path)}`)
    return await use(store)
  } finally {
    store.close()
  }
}
