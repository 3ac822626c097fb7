import { existsSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { InvalidOptionError } from '../errors/index.ts'
import { type TaskBody, definedReference, definedTasks, displayName, taskBody } from './definition.ts'
import {
  ExportNotFoundError,
  ModuleNotFoundError,
  ModuleThrewError,
  NotAFunctionError,
  TaskLoadError,
} from './errors.ts'
import { compileInline, inlineReference } from './inline.ts'
import { importGuarded } from './main.ts'
import { type TaskReference, fingerprint } from './reference.ts'

/**
 * The reference of anything that can be called in a worker.
 *
 * @throws {@link InvalidOptionError} for what is neither a function nor the name of one, and
 * {@link ModuleNotFoundError} for a path where nothing is.
 */
export function referenceOf(callable: unknown): TaskReference {
  if (typeof callable === 'function') {
    return definedReference(callable) ?? inlineReference(callable as (...args: never[]) => unknown)
  }
  if (typeof callable === 'string' || callable instanceof URL) return exportReference(callable)
  throw new InvalidOptionError('task', "a function, a task(), or a module's export as './tasks.ts#name'", callable)
}

function exportReference(callable: string | URL): TaskReference {
  const text = String(callable)
  const hash = text.lastIndexOf('#')
  const module = hash < 0 ? text : text.slice(0, hash)
  const name = hash < 0 ? '' : decodeURIComponent(text.slice(hash + 1))
  if (module === '')
    throw new InvalidOptionError('task', "a module path, with '#' and the name of its export", callable)
  const url = /^[a-z][a-z+.-]+:/i.test(module) ? module : pathToFileURL(path.resolve(module)).href
  const shown = `${displayName(url)}${name && `#${name}`}`
  if (url.startsWith('file:') && !existsSync(fileURLToPath(url))) throw new ModuleNotFoundError(shown, displayName(url))
  return { kind: 'exported', name: shown, module: url, export: name || 'default' }
}

/**
 * Finds the function that a reference names, in this thread.
 *
 * @throws {@link TaskLoadError} whose class says what is wrong: no such module, no such export, not a function, or a
 * module that throws on import.
 *
 * @param self what `this` is in an inline arrow function
 */
export async function loadTask(reference: TaskReference, self?: object): Promise<TaskBody> {
  if (reference.kind === 'inline') {
    const run = compileInline(reference, self)
    return { setup: undefined, run, teardown: undefined, wantsContext: false }
  }
  const exports = await importModule(reference)
  if (reference.kind === 'exported') return findExport(reference, exports)
  reference.name = exportedName(reference, exports) ?? reference.name
  return findDefined(reference)
}

/** What is found in a module, and its name for people. */
type Imported = { readonly name: string; readonly module: string }

/**
 * Imports the module of a task or of a class.
 *
 * @throws {@link TaskLoadError} that says why it cannot be imported.
 */
export async function importModule(reference: Imported): Promise<Record<string, unknown>> {
  try {
    return await importGuarded(reference.module)
  } catch (error) {
    throw importFailure(reference, error)
  }
}

function importFailure(reference: Imported, error: unknown): unknown {
  // A task that failed to load because of an error of ours (no main guard, say) is told so, not "module threw".
  if (error instanceof TaskLoadError) return error
  const { code, url } = (error ?? {}) as { code?: unknown; url?: unknown }
  const path = displayName(reference.module)
  if (code === 'ERR_MODULE_NOT_FOUND' && (url === reference.module || !existsSync(path))) {
    return new ModuleNotFoundError(reference.name, path, { cause: error })
  }
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  const advice =
    code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX'
      ? ". Node only strips types: rewrite this syntax, or start node with '--experimental-transform-types' or '--import tsx'"
      : ''
  return new ModuleThrewError(reference.name, `The module ${path} threw while it was imported: ${text}${advice}`, {
    cause: error,
  })
}

function findDefined(reference: TaskReference & { kind: 'defined' }): TaskBody {
  const path = displayName(reference.module)
  const body = definedTasks(reference.module)[reference.position]
  if (body === undefined) {
    throw new ExportNotFoundError(
      reference.name,
      `The module ${path} no longer defines the task \`${reference.name}\` when it is imported in a worker. Call task() at the top level of the module, not inside a function or an \`if\``,
    )
  }
  if (fingerprint(String(body.run)) !== reference.fingerprint) {
    throw new ExportNotFoundError(
      reference.name,
      `The module ${path} defines its tasks in another order (or with other code) when it is imported in a worker. Call task() at the top level of the module, always in the same order`,
    )
  }
  return body
}

/** Under which name the module exports the task: what people know it by. */
function exportedName(
  reference: TaskReference & { kind: 'defined' },
  exports: Record<string, unknown>,
): string | undefined {
  return Object.keys(exports).find((name) => {
    const value = exports[name]
    const defined = typeof value === 'function' ? definedReference(value) : undefined
    return (
      name !== 'default' &&
      defined?.kind === 'defined' &&
      defined.module === reference.module &&
      defined.position === reference.position
    )
  })
}

function findExport(reference: TaskReference & { kind: 'exported' }, exports: Record<string, unknown>): TaskBody {
  // A CommonJS module offers its names on `default` when they could not be found by reading its text.
  const fallback = exports['default']
  const value =
    reference.export in exports
      ? exports[reference.export]
      : typeof fallback === 'object' && fallback !== null
        ? (fallback as Record<string, unknown>)[reference.export]
        : undefined
  if (value === undefined) {
    const names = Object.keys(exports).filter((name) => name !== 'module.exports')
    const wanted =
      reference.export === 'default'
        ? "no default export; name one as './module.ts#name'"
        : `no export \`${reference.export}\``
    throw new ExportNotFoundError(
      reference.name,
      `The module ${displayName(reference.module)} has ${wanted}. It exports ${names.length > 0 ? names.join(', ') : 'nothing'}`,
    )
  }
  if (typeof value === 'function') {
    const defined = definedReference(value)
    if (defined?.kind === 'defined') return findDefined(defined)
  }
  const body = taskBody(value)
  if (body === undefined)
    throw new NotAFunctionError(reference.name, value === null ? 'null' : `of type ${typeof value}`)
  return body
}
