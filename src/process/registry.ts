import { InvalidOptionError, show } from '../errors/index.ts'
import { ExportNotFoundError, type ModuleMeta, importModule, moduleUrl } from '../task/index.ts'

/** Where the class of a process is found in another thread or process. */
export interface ClassReference {
  readonly module: string
  readonly name: string
}

/** A class as such; what its constructor takes is its own affair. */
export interface AnyClass {
  readonly name: string
  readonly prototype: object
}

const REFERENCE = Symbol.for('manyhands.process.reference')
const CLASSES = Symbol.for('manyhands.process.classes')

// On globalThis for the reason that tasks are: a program may load this module twice.
const shared = globalThis as { [CLASSES]?: Map<string, AnyClass> }
const classes = (shared[CLASSES] ??= new Map<string, AnyClass>())

/**
 * Remembers in which module a class was written.
 *
 * @throws {@link InvalidOptionError} for a class without a name, or with that of another class of its module.
 */
export function registerClass(registered: AnyClass, meta: ModuleMeta): void {
  const reference: ClassReference = { module: moduleUrl(meta), name: registered.name }
  const key = `${reference.module}#${reference.name}`
  if (reference.name === '') {
    throw new InvalidOptionError('class', 'a class with a name, by which a worker can find it', registered)
  }
  const other = classes.get(key)
  if (other !== undefined && other !== registered) {
    const expected = `the only class of its module with its name; ${key} is registered already`
    throw new InvalidOptionError('class', expected, registered)
  }
  classes.set(key, registered)
  Object.defineProperty(registered, REFERENCE, { value: reference })
}

/** Where a class is found; undefined where it did not register itself, even if the class it extends did. */
export function classReference(registered: AnyClass): ClassReference | undefined {
  return Object.hasOwn(registered, REFERENCE) ? (registered as { [REFERENCE]?: ClassReference })[REFERENCE] : undefined
}

/**
 * Finds a class in this thread, by importing its module.
 *
 * @throws {@link TaskLoadError} when the module cannot be imported, or does not register the class any more.
 */
export async function loadClass(reference: ClassReference): Promise<AnyClass> {
  await importModule(reference)
  const found = classes.get(`${reference.module}#${reference.name}`)
  if (found !== undefined) return found
  throw new ExportNotFoundError(
    reference.name,
    `The module ${reference.module} does not register the class ${show(reference.name)} when it is imported in a ` +
      'worker. Write the class at the top level of the module, not inside a function or an `if`',
  )
}
