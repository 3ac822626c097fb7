import { type Stats, statSync } from 'node:fs'

/** What a path leads to; undefined where it leads nowhere, or where nobody may look. */
export function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    return undefined
  }
}
