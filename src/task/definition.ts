import { fileURLToPath, pathToFileURL } from 'node:url'
import { InvalidOptionError } from '../errors/index.ts'
import { type TaskReference, fingerprint } from './reference.ts'
import { type TaskContext, localContext } from './context.ts'

/** A function in the widest sense: the body of any task. */
// Parameters are contravariant, so only `never` accepts every function without `any`.
export type TaskFunction = (...args: never[]) => unknown

/** The parts of a task that prepares something once per worker and uses it in every call. */
interface Parts<S, Run> {
  /** Runs once per worker, before its first call; its value is `resource` in every call. May be async. */
  readonly setup?: () => S | PromiseLike<S>
  /** Runs for each call: its arguments, then the {@link TaskContext}. May be async. */
  readonly run: Run
  /** Runs once when the worker is closed in order; a killed worker cannot run it. May be async. */
  readonly teardown?: (resource: S) => unknown
}

// TypeScript infers nothing through `[...A, TaskContext<S>]` while a parameter lacks its type. Hence a form of its own
// for the ordinary task, of one input, whose context then needs no annotation.

/** Parts of a task of one input. */
export type TaskParts<I, R, S> = Parts<S, (input: I, context: TaskContext<S>) => R>
/** Parts of a task of several inputs, whose context is annotated: `(a: number, b: string, { log }: TaskContext<S>) => …`. */
export type TaskPartsOfMany<A extends unknown[], R, S> = Parts<S, (...args: [...A, TaskContext<S>]) => R>
/** Parts of a task of several inputs that does not look at its context. */
export type TaskPartsWithoutContext<A extends unknown[], R, S> = Parts<S, (...args: A) => R>

/** What `task()` gives for {@link TaskParts}: a function of the call's own arguments. */
export type Task<A extends unknown[], R> = (...args: A) => Promise<Awaited<R>>

/** The parts of a task as a worker runs them. */
export interface TaskBody {
  readonly setup: (() => unknown) | undefined
  readonly run: (...args: unknown[]) => unknown
  readonly teardown: ((resource: unknown) => unknown) | undefined
  /** Whether `run` takes the context after the call's arguments. */
  readonly wantsContext: boolean
}

/** `import.meta` of an ES module, or `module` of a CommonJS one. */
export type ModuleMeta = { readonly url: string } | { readonly filename: string }

const REFERENCE = Symbol.for('manyhands.task.reference')
const DEFINITIONS = Symbol.for('manyhands.task.definitions')

// On globalThis, because a program may load this module twice (two versions, or sources beside the build) and a task
// defined through one copy must be found through the other.
const shared = globalThis as { [DEFINITIONS]?: Map<string, TaskBody[]> }
const definitions = (shared[DEFINITIONS] ??= new Map<string, TaskBody[]>())

/**
 * Makes a function callable from other threads and processes, by remembering where it was written.
 *
 * The task is still an ordinary function: calling it runs it here. Call `task()` at the top level of a module, always
 * in the same order, because a worker finds the function by evaluating the module again.
 *
 * @param meta - `import.meta` of the module (`module` in CommonJS).
 * @param body - a function, or `{ setup, run, teardown }` for a task that prepares something once per worker.
 * @throws {@link InvalidOptionError} when an argument is missing or of the wrong type.
 *
 * @example
 * ```ts
 * import { task } from 'manyhands'
 *
 * export const double = task(import.meta, (x: number) => x * 2)
 *
 * export const lookUp = task(import.meta, {
 *   setup: () => new Map([['one', 1]]),
 *   run: (word: string, { resource }) => resource.get(word),
 * })
 *
 * console.log(double(21), await lookUp('one')) // 42 1
 * ```
 */
export function task<F extends TaskFunction>(meta: ModuleMeta, body: F): F
export function task<R, I = void, S = undefined>(
  meta: ModuleMeta,
  body: TaskParts<I, R, S>,
): Task<[I] extends [void] ? [] : [input: I], R>
export function task<A extends unknown[], R, S>(meta: ModuleMeta, body: TaskPartsOfMany<A, R, S>): Task<A, R>
export function task<A extends unknown[], R, S>(meta: ModuleMeta, body: TaskPartsWithoutContext<A, R, S>): Task<A, R>
export function task(meta: ModuleMeta, body: object): TaskFunction {
  const module = moduleUrl(meta)
  const parts = taskBody(body)
  if (parts === undefined) throw new InvalidOptionError('body', 'a function or an object with a `run` function', body)

  const siblings = definitions.get(module) ?? []
  definitions.set(module, siblings)
  const position = siblings.push(parts) - 1
  const run = parts.run
  const name = run.name && run.name !== 'run' ? run.name : `task ${position + 1} of ${displayName(module)}`
  const reference: TaskReference = { kind: 'defined', name, module, position, fingerprint: fingerprint(String(run)) }

  const callable = parts.wantsContext ? runHere(parts) : (...args: unknown[]): unknown => parts.run(...args)
  Object.defineProperty(callable, 'name', { value: name, configurable: true })
  Object.defineProperty(callable, REFERENCE, { value: reference })
  return callable
}

/** The tasks that a module defined in this thread so far. */
export function definedTasks(module: string): readonly TaskBody[] {
  return definitions.get(module) ?? []
}

/** The reference of a function made by {@link task}. */
export function definedReference(callable: object): TaskReference | undefined {
  return (callable as { [REFERENCE]?: TaskReference })[REFERENCE]
}

/** The parts of a task from either way to write one; undefined for anything else. */
export function taskBody(body: unknown): TaskBody | undefined {
  if (typeof body === 'function') {
    return { setup: undefined, run: body as TaskBody['run'], teardown: undefined, wantsContext: false }
  }
  if (typeof body !== 'object' || body === null) return undefined
  const { setup, run, teardown } = body as Partial<TaskBody>
  if (typeof run !== 'function') return undefined
  for (const [option, part] of [
    ['setup', setup],
    ['teardown', teardown],
  ] as const) {
    if (part !== undefined && typeof part !== 'function') throw new InvalidOptionError(option, 'a function', part)
  }
  return { setup, run, teardown, wantsContext: true }
}

/** A task called as a plain function: setup once, on the first call, and a context that reaches nobody else. */
function runHere(parts: TaskBody): (...args: unknown[]) => Promise<unknown> {
  let resource: Promise<unknown> | undefined
  return async (...args) => parts.run(...args, localContext(await (resource ??= Promise.resolve(parts.setup?.()))))
}

/**
 * The URL of a module, by which it can be imported again.
 *
 * @throws {@link InvalidOptionError} for what describes no module.
 */
export function moduleUrl(meta: unknown): string {
  if (typeof meta === 'object' && meta !== null) {
    if ('url' in meta && typeof meta.url === 'string') return meta.url
    if ('filename' in meta && typeof meta.filename === 'string') return pathToFileURL(meta.filename).href
  }
  throw new InvalidOptionError('meta', '`import.meta`, or `module` in CommonJS', meta)
}

/** A module as people read it: its path where it has one. */
export function displayName(module: string): string {
  return module.startsWith('file:') ? fileURLToPath(module.replace(/[?#].*$/, '')) : module
}
