/**
 * How a task is named so that another thread or process can find it:
 *
 * - `defined`: the n-th `task()` call of a module. A module that is evaluated again makes the same calls in the same
 *   order, so the position finds the function; `fingerprint` notices when it does not. Its `name` is only for people: a
 *   position until a worker, which sees the module's exports, tells the right one.
 * - `exported`: an export of a module, by name.
 * - `inline`: the function's own source text.
 */
export type TaskReference =
  | {
      readonly kind: 'defined'
      name: string
      readonly module: string
      readonly position: number
      readonly fingerprint: string
    }
  | { readonly kind: 'exported'; readonly name: string; readonly module: string; readonly export: string }
  | { readonly kind: 'inline'; readonly name: string; readonly source: string }

/** A text that is equal for references to the same task. */
export function referenceKey(reference: TaskReference): string {
  switch (reference.kind) {
    case 'defined':
      return `${reference.module}#${reference.position}`
    case 'exported':
      return `${reference.module}#${reference.export}`
    case 'inline':
      return `inline:${reference.source}`
  }
}

/** A short hash (FNV-1a, 32 bits) of a function's source: enough to notice that two functions differ. */
export function fingerprint(source: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < source.length; index++) {
    hash = Math.imul(hash ^ source.charCodeAt(index), 0x01000193)
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}
