import type sqlite from 'node:sqlite'

let loaded: typeof sqlite | undefined

/**
 * `node:sqlite`, loaded when it is first needed. Node 22 and 24 call it experimental and print a warning, which says
 * nothing to the user of a library: that one warning is held back, and no other.
 */
export function sqliteModule(): typeof sqlite {
  if (loaded !== undefined) return loaded
  const { emitWarning } = process
  process.emitWarning = (warning: string | Error, ...rest: unknown[]) => {
    if (!String(warning).startsWith('SQLite is an experimental feature'))
      Reflect.apply(emitWarning, process, [warning, ...rest])
  }
  try {
    loaded = process.getBuiltinModule('node:sqlite')
  } finally {
    process.emitWarning = emitWarning
  }
  return loaded
}
