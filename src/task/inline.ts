import vm from 'node:vm'
import { InlineTaskError } from './errors.ts'
import type { TaskReference } from './reference.ts'

/**
 * The reference of a function that no module vouches for: its source text. Only a self-contained function survives
 * this; see {@link explainReference} for the one that does not.
 *
 * @throws {@link InlineTaskError} for functions without usable source: native, bound, or a class.
 */
export function inlineReference(callable: (...args: never[]) => unknown): TaskReference {
  const source = String(callable)
  const name = callable.name || 'inline function'
  const advice = 'Export it from a module as task(import.meta, …), or wrap it: (x) => …'
  if (/\{\s*\[native code\]\s*\}\s*$/.test(source)) {
    throw new InlineTaskError(
      name,
      `\`${name}\` is a native or bound function, which has no source text to send to a worker. ${advice}`,
    )
  }
  if (source.startsWith('class')) throw new InlineTaskError(name, `\`${name}\` is a class, not a function. ${advice}`)
  return { kind: 'inline', name, source }
}

/**
 * Builds the function again from its source, in the global scope of this thread.
 *
 * @param self what `this` is in an arrow function
 *
 * @throws {@link InlineTaskError} when the text is no function by itself, as with a getter or a `super` call.
 */
export function compileInline(
  reference: TaskReference & { kind: 'inline' },
  self?: object,
): (...args: unknown[]) => unknown {
  // A method (`{ double(x) {…} }`) is only valid inside an object, so that form is tried second.
  for (const text of [`(${reference.source})`, `Object.values({${reference.source}})[0]`]) {
    try {
      const script = new vm.Script(self === undefined ? text : `(function () { return ${text} })`, {
        filename: `inline task ${reference.name}`,
        importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      })
      const compiled: unknown = script.runInThisContext()
      const value: unknown = self === undefined ? compiled : Reflect.apply(compiled as () => unknown, self, [])
      if (typeof value === 'function') return value as (...args: unknown[]) => unknown
    } catch {
      // Not of this form.
    }
  }
  throw new InlineTaskError(
    reference.name,
    `The source of \`${reference.name}\` is not a function by itself. Export it from a module as task(import.meta, …)`,
  )
}

/** Turns "k is not defined", thrown inside an inline function, into an error that says why that is so. */
export function explainReference(reference: TaskReference, error: unknown): unknown {
  if (reference.kind !== 'inline' || !(error instanceof ReferenceError)) return error
  const variable = /^(\S+) is not defined/.exec(error.message)?.[1]
  if (
    variable === undefined ||
    !new RegExp(`(^|[^\\w$])${variable.replaceAll('$', '\\$')}([^\\w$]|$)`).test(reference.source)
  )
    return error
  return new InlineTaskError(
    reference.name,
    `The inline function \`${reference.name}\` reaches for \`${variable}\`, which is outside it: an inline function is sent to the worker as source text and must be self-contained. Pass \`${variable}\` as an argument, import() what it needs inside the function, or export it from a module as task(import.meta, …)`,
    variable,
    { cause: error },
  )
}
