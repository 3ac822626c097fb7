import type { Identity } from './identity.ts'
import type { AnyClass } from './registry.ts'
import type { Work } from './target.ts'

/** The static method of process classes that makes an instance where it runs, and the mark of its argument. */
export const REVIVED: unique symbol = Symbol.for('manyhands.process.revived')

/** What an instance is made of where it runs. */
export interface Revived {
  readonly identity: Identity
  readonly fields: Readonly<Record<string, unknown>>
  readonly work: Work | undefined
}

/** The state that {@link revive} passes through a constructor; undefined for options of a user. */
export function revivedState(options: object): Revived | undefined {
  return (options as { [REVIVED]?: Revived })[REVIVED]
}

/** Makes an instance by the class's own copy of this library. */
export function revive<T>(processClass: AnyClass & { [REVIVED]?(state: Revived): T }, state: Revived): T {
  const make = processClass[REVIVED]
  if (make === undefined) throw new TypeError(`${processClass.name} is not a class of processes`)
  return Reflect.apply(make, processClass, [state])
}
