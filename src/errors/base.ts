import { inspect } from 'node:util'

/**
 * The base of every error that manyhands itself throws.
 *
 * `code` is stable and made for `switch`; `message` is made for people and may change. Errors thrown by a task are
 * not wrapped in it: they reach the caller as themselves.
 *
 * @example
 * ```ts
 * import { ManyhandsError, Pool } from 'manyhands'
 *
 * try {
 *   new Pool({ workers: 0 })
 * } catch (error) {
 *   if (error instanceof ManyhandsError) console.log(error.code) // 'ERR_INVALID_OPTION'
 * }
 * ```
 */
export class ManyhandsError extends Error {
  /** A stable name for this kind of failure, such as `'ERR_WORKER_DIED'`. */
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

// On the prototype, so that it is neither an own field of each error nor lost when a subclass is minified.
Object.defineProperty(ManyhandsError.prototype, 'name', { value: 'ManyhandsError', writable: true, configurable: true })

const named = new Map<string, { readonly name: string; readonly prototype: Error }>()

/** Gives an error class its `name` once, on its prototype, and makes it known to {@link errorNamed}. */
export function nameError(errorClass: { readonly name: string; readonly prototype: Error }, name: string): void {
  named.set(name, errorClass)
  Object.defineProperty(errorClass.prototype, 'name', { value: name, writable: true, configurable: true })
}

/** The error class of ours that has this name: an error from a worker becomes an instance of it again. */
export function errorNamed(name: string): { readonly name: string; readonly prototype: Error } | undefined {
  return named.get(name)
}

/** An option or argument that no call could accept. */
export class InvalidOptionError extends ManyhandsError {
  /** The option's name as the caller spells it. */
  readonly option: string

  constructor(option: string, expected: string, received: unknown) {
    super('ERR_INVALID_OPTION', `Expected \`${option}\` to be ${expected}, got ${show(received)}`)
    this.option = option
  }
}
nameError(InvalidOptionError, 'InvalidOptionError')

/** A value as an error message shows it: short, on one line, with its type where that is not plain. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? `${value.slice(0, 77)}...` : value)
  if (typeof value === 'function') return `a function${value.name ? ` (${value.name})` : ''}`
  if (value instanceof URL) return value.href
  const text = inspect(value, { depth: 2, maxArrayLength: 8, maxStringLength: 80, breakLength: Infinity })
  return text.length > 80 ? `${text.slice(0, 77)}...` : text
}
