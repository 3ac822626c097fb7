import type { StoredError } from './store/outcome.ts'

/** Longer texts are cut: a stack or a message may hold a whole input. */
const MOST_TEXT = 8192
const MOST_CAUSES = 5

/** Fields that the store has elsewhere, or that repeat the input. */
const LEFT_OUT = new Set(['name', 'message', 'stack', 'cause', 'code', 'input', 'errors'])

/** An error as plain data that says as much: its name, message, code, stack, cause and own fields. */
export function describeError(error: unknown, depth = 0): StoredError {
  if (!(error instanceof Error)) return { name: 'Error', message: `What was thrown is no error: ${cut(String(error))}` }
  const { code } = error as { readonly code?: unknown }
  return {
    name: error.name,
    message: cut(error.message),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(typeof error.stack === 'string' && { stack: cut(error.stack) }),
    ...ownFields(error),
    ...(error.cause !== undefined && depth < MOST_CAUSES && { cause: describeError(error.cause, depth + 1) }),
  }
}

function ownFields(error: Error): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(error)) {
    if (LEFT_OUT.has(name) || !/^[\w$]+$/.test(name)) continue
    const isPlain = value === null || ['string', 'boolean', 'number'].includes(typeof value)
    if (isPlain) fields[name] = typeof value === 'string' ? cut(value) : value
  }
  return fields
}

function cut(text: string): string {
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}… (${text.length - MOST_TEXT} characters more)` : text
}
