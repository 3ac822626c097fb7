import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { didYouMean } from './suggest.ts'

/** `; did you mean 'tasks.ts'?` for a path that is not there, by what is in its folder. */
export function didYouMeanPath(missing: string): string {
  const folder = path.dirname(missing)
  if (!existsSync(folder)) return folder === missing ? '' : didYouMeanPath(folder)
  const prefix = missing.slice(0, missing.length - path.basename(missing).length)
  return didYouMean(
    missing,
    names(folder).map((name) => prefix + name),
  )
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
