import { types } from 'node:util'
import { show } from '../../errors/index.ts'
import { classify, kindOf } from './kinds.ts'
import type { Unsendable } from './not-serializable.ts'
import { customFor } from './registry.ts'
import { proxy } from './write-array.ts'
import { faultOfBytes } from './write-bytes.ts'
import { noExternals, unsendableObject } from './write-object.ts'
import { unsendablePrimitive } from './write-value.ts'

export interface Fault {
  readonly path: string
  readonly reason: Unsendable
}

interface Step {
  readonly value: unknown
  readonly path: string
}

/**
 * The first value in `root` that cannot be sent, and the path to it; null if there is none. The encoder keeps no path
 * while it is fast: this walk is made after it failed, and for the fields of errors before they are written.
 */
export function findFault(root: unknown, externals: boolean): Fault | null {
  const visited = new Set<unknown>()
  const todo: Step[] = [{ value: root, path: '' }]
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { value, path } = next
    if (visited.has(value)) continue
    const reason = faultOf(value, externals)
    if (reason !== null) return { path, reason }
    if (typeof value !== 'object' || value === null) continue
    visited.add(value)
    const inner = [...children(value, path)]
    for (let i = inner.length - 1; i >= 0; i--) {
      const child = inner[i]
      if (child !== undefined) todo.push(child)
    }
  }
  return null
}

/** What is wrong with the value itself. */
function faultOf(value: unknown, externals: boolean): Unsendable | null {
  if (typeof value === 'function' || typeof value === 'symbol') return unsendablePrimitive(value)
  if (typeof value !== 'object' || value === null) return null
  if (Array.isArray(value)) return types.isProxy(value) ? proxy(value) : null
  const kind = kindOfAny(value)
  if (kind === 'unsendable') return unsendableObject(value)
  if (kind === 'array-buffer' || kind === 'view' || kind === 'buffer') {
    const bytes = value as ArrayBuffer | ArrayBufferView
    const buffer = ArrayBuffer.isView(bytes) ? bytes.buffer : bytes
    return !externals && types.isSharedArrayBuffer(buffer) ? noExternals(buffer) : faultOfBytes(bytes)
  }
  return (kind === 'clone' || kind === 'transfer' || kind === 'shared') && !externals ? noExternals(value) : null
}

function kindOfAny(value: object): ReturnType<typeof classify> {
  const prototype = Object.getPrototypeOf(value) as object | null
  return prototype === null || prototype === Object.prototype ? classify(value) : kindOf(value, prototype)
}

/** The values in an object, in the order in which they are written. Errors answer for their own fields. */
function* children(value: object, path: string): Generator<Step> {
  if (Array.isArray(value)) {
    for (const key of Object.keys(value)) yield { value: Reflect.get(value, key), path: step(path, key, true) }
    return
  }
  const kind = kindOfAny(value)
  if (kind === 'record') {
    for (const key of Object.keys(value)) yield { value: Reflect.get(value, key), path: step(path, key, false) }
  } else if (kind === 'map') {
    yield* entries(value as Map<unknown, unknown>, path || 'value')
  } else if (kind === 'set') {
    let index = 0
    for (const item of Set.prototype.values.call(value as Set<unknown>)) {
      yield { value: item, path: `[...${path || 'value'}][${index++}]` }
    }
  } else if (kind === 'custom') {
    yield { value: customFor(value)?.encode(value), path: `${path}<${customFor(value)?.name ?? ''}>` }
  }
}

function* entries(map: Map<unknown, unknown>, path: string): Generator<Step> {
  let index = 0
  for (const [key, value] of Map.prototype.entries.call(map)) {
    yield { value: key, path: `[...${path}.keys()][${index}]` }
    const item = typeof key === 'object' ? `[...${path}.values()][${index}]` : `${path}.get(${show(key)})`
    yield { value, path: item }
    index++
  }
}

function step(path: string, key: string, isArray: boolean): string {
  if (isArray && /^\d+$/.test(key)) return `${path}[${key}]`
  if (!/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)) return `${path}[${JSON.stringify(key)}]`
  return path === '' ? key : `${path}.${key}`
}
