/** Reads the values of a record, in the order of its keys, and makes the record. */
export type RecordMaker<R> = (reader: R) => Record<string, unknown>

/** Whether V8 makes code of strings; not when Node.js was started with --disallow-code-generation-from-strings. */
let allowed = true

/**
 * A reader of records of one shape, or null where code cannot be generated. It is an object literal, which V8 makes at
 * once with its final hidden class; assigning key after key takes it through one class a key.
 *
 * Keys are the only text of a frame that comes here. JSON.stringify keeps them inside of their quotes (JSON is a
 * subset of JavaScript since 2019), and in brackets `__proto__` is a key like others instead of the prototype.
 */
export function compileRecord<R>(keys: readonly string[], readValue: (reader: R) => unknown): RecordMaker<R> | null {
  if (!allowed) return null
  const fields = keys.map((key) => `${key === '__proto__' ? '["__proto__"]' : JSON.stringify(key)}: value(reader)`)
  const code = `return (reader) => ({ ${fields.join(', ')} })`
  try {
    // oxlint-disable-next-line typescript/no-implied-eval, typescript/no-unsafe-call -- half of the decoder's speed.
    const make: unknown = new Function('value', code)(readValue)
    return make as RecordMaker<R>
  } catch {
    allowed = false
    return null
  }
}
