import { explainReference, loadTask, localContext, referenceOf } from '../task/index.ts'
import type { TargetReference } from './launch.ts'

/** A target and its arguments. */
export interface Work {
  readonly target: TargetReference
  readonly args: readonly unknown[]
}

/**
 * Names a target so that it can be found elsewhere.
 *
 * @param prototype of the process: a function found there is a method, and will be called on the process's copy.
 * @throws {@link InvalidOptionError} for what cannot be called.
 */
export function localWork(target: unknown, args: readonly unknown[], prototype: object): Work | undefined {
  if (target === undefined) return undefined
  const method = methodName(target, prototype)
  return { target: method === undefined ? referenceOf(target) : { kind: 'method', name: method }, args }
}

function methodName(target: unknown, prototype: object): string | undefined {
  if (typeof target !== 'function') return undefined
  let level: unknown = prototype
  for (; isObject(level) && level !== Object.prototype; level = Object.getPrototypeOf(level)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      if (value === target && name !== 'constructor') return name
    }
  }
  return undefined
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** Runs a target. A method, and an inline arrow function that says `this`, run on `self`. */
export async function runWork({ target, args }: Work, self: object): Promise<unknown> {
  if (target.kind === 'method') return Reflect.apply(Reflect.get(self, target.name) as () => unknown, self, args)
  const { setup, run, teardown, wantsContext } = await loadTask(target, self)
  if (wantsContext) {
    const resource = await setup?.()
    try {
      return await run(...args, localContext(resource))
    } finally {
      await teardown?.(resource)
    }
  }
  try {
    return await Reflect.apply(run, self, args)
  } catch (error) {
    throw explainReference(target, error)
  }
}
