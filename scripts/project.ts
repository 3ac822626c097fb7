// What the scripts know about the repository.
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The repository's folder, with a slash at its end. */
export const root = fileURLToPath(new URL('..', import.meta.url))

export const tsc = `${root}node_modules/.bin/tsc`

/** The files these patterns match, relative to `root`, sorted. */
export function filesOf(...patterns: string[]): string[] {
  return globSync(patterns, { cwd: root })
    .map((path) => path.replaceAll('\\', '/'))
    .sort()
}

export function read(path: string): string {
  return readFileSync(`${root}${path}`, 'utf8')
}
