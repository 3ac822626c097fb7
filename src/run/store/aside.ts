import { copyFileSync, existsSync, linkSync, renameSync } from 'node:fs'
import path from 'node:path'

/** A name beside a file that nothing has yet: `words.damaged-20240131-235959.db`. */
export function asideName(file: string, what: 'damaged' | 'rescued'): string {
  const { dir, name, ext } = path.parse(file)
  const time = new Date()
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replaceAll(/[-:]/g, '')
    .replace('T', '-')
  for (let number = 1; ; number++) {
    const aside = path.join(dir, `${name}.${what}-${time}${number === 1 ? '' : `-${number}`}${ext}`)
    if (!existsSync(aside)) return aside
  }
}

/**
 * Puts a repaired file in the place of a damaged one, and keeps that under another name. At no moment is there no
 * file at the place: a kill in between leaves the damaged one where it was.
 *
 * @param companions - endings of files that belong to the damaged one and go with it.
 * @returns the name of the damaged file.
 */
export function replaceDamaged(file: string, repaired: string, companions: readonly string[] = []): string {
  const kept = asideName(file, 'damaged')
  try {
    linkSync(file, kept)
  } catch {
    // A file system without hard links.
    copyFileSync(file, kept)
  }
  for (const ending of companions) {
    if (existsSync(file + ending)) renameSync(file + ending, kept + ending)
  }
  renameSync(repaired, file)
  return kept
}
