/**
 * A value as JSON can say it, for programs that know no JavaScript: dates as ISO text, maps and sets as objects and
 * lists, bytes as base64, big integers as text, numbers that are none as null.
 */
export function plainValue(value: unknown): unknown {
  return plain(value, [])
}

function plain(value: unknown, above: readonly object[]): unknown {
  if (typeof value === 'bigint') return String(value)
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return null
  if (typeof value !== 'object' || value === null) return value
  if (above.includes(value)) return '[circular]'
  const inside = [...above, value]
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (value instanceof RegExp || value instanceof URL) return String(value)
  if (value instanceof Map) return plainMap(value, inside)
  if (value instanceof Set) return Array.from(value, (each) => plain(each, inside))
  if (Array.isArray(value)) return Array.from(value, (each) => plain(each, inside))
  if (ArrayBuffer.isView(value)) return plainView(value, inside)
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return Buffer.from(value).toString('base64')
  const error = value instanceof Error ? { name: value.name, message: value.message } : {}
  return plainEntries(Object.entries({ ...error, ...value }), inside)
}

function plainMap(map: ReadonlyMap<unknown, unknown>, above: readonly object[]): unknown {
  const named = map.keys().every((key) => typeof key === 'string' || typeof key === 'number')
  if (named)
    return plainEntries(
      Array.from(map, ([key, each]) => [String(key), each]),
      above,
    )
  return Array.from(map, ([key, each]) => [plain(key, above), plain(each, above)])
}

function plainEntries(entries: readonly (readonly [string, unknown])[], above: readonly object[]): object {
  return Object.fromEntries(entries.map(([name, each]) => [name, plain(each, above)]))
}

/** Bytes as base64; other typed arrays as lists of numbers. */
function plainView(view: ArrayBufferView, above: readonly object[]): unknown {
  if (view instanceof Uint8Array || view instanceof DataView) {
    return Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString('base64')
  }
  return Array.from(view as unknown as ArrayLike<unknown>, (each) => plain(each, above))
}
