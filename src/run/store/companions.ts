/** A store's file and those that lie beside it while it is used: never inputs of its own run. */
export function companions(path: string): Set<string> {
  return new Set(
    [
      '',
      '-journal',
      '-wal',
      '-shm',
      '-lock',
      '-lock-journal',
      '-new',
      '-repaired',
      '-repaired-journal',
      '-damaged',
    ].map((ending) => path + ending),
  )
}
