import path from 'node:path'
import type { Item } from './source.ts'
import { statOf } from './stat.ts'

/** A file as an input: its path relative to the root is the key, its size and modification time the fingerprint. */
export function fileItem(file: string, root: string, warn: (message: string) => void): Item<string> {
  const stats = statOf(file)
  if (stats === undefined && file.includes('\ufffd')) {
    warn(`The name of ${JSON.stringify(file)} is not valid UTF-8, so it cannot be opened; rename it`)
  }
  return {
    key: keyOf(file, root),
    value: file,
    // A file that is not there has no fingerprint: its task fails, and says so.
    fingerprint: stats && `${stats.size}:${stats.mtimeMs}`,
  }
}

function keyOf(file: string, root: string): string {
  const below =
    file.startsWith(root) && file[root.length] === path.sep ? file.slice(root.length + 1) : path.relative(root, file)
  return path.sep === '/' ? below : below.replaceAll(path.sep, '/')
}
