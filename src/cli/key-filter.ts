import path from 'node:path'

/** Which keys a pattern lets through: all where there is none. It is a pattern as those of files. */
export function keyFilter(pattern: string | undefined): (key: string) => boolean {
  return pattern === undefined ? () => true : (key) => key === pattern || path.posix.matchesGlob(key, pattern)
}
