import type { Entries, Entry } from './entries.ts'

/** What can be compared: numbers, bigints, strings, dates, booleans, and lists of them. */
export type Priority = number | bigint | string | boolean | Date | readonly Priority[]

/** Whether a value can be a {@link Priority}. NaN cannot: nothing is before or after it. */
export function isPriority(value: unknown): value is Priority {
  if (Array.isArray(value)) return value.every(isPriority)
  if (typeof value === 'number') return !Number.isNaN(value)
  return typeof value === 'bigint' || typeof value === 'string' || typeof value === 'boolean' || value instanceof Date
}

/** Below 0 if `a` comes first. Values of different types are ordered by type, so that any two can be compared. */
export function comparePriorities(a: Priority, b: Priority): number {
  if (isList(a) && isList(b)) {
    for (let i = 0; i < a.length && i < b.length; i++) {
      const order = comparePriorities(a[i] ?? 0, b[i] ?? 0)
      if (order !== 0) return order
    }
    return a.length - b.length
  }
  const [x, y] = [plain(a), plain(b)]
  const [typeOfX, typeOfY] = [rank(x), rank(y)]
  if (typeOfX !== typeOfY) return typeOfX - typeOfY
  return x < y ? -1 : x > y ? 1 : 0
}

function isList(value: Priority): value is readonly Priority[] {
  return Array.isArray(value)
}

function plain(value: Priority): number | bigint | string | readonly Priority[] {
  return value instanceof Date || typeof value === 'boolean' ? Number(value) : value
}

function rank(value: number | bigint | string | readonly Priority[]): number {
  return typeof value === 'number' || typeof value === 'bigint' ? 0 : typeof value === 'string' ? 1 : 2
}

/** Lowest priority value first; equal ones in the order they were put. */
export class Heap implements Entries {
  readonly #heap: Entry[] = []

  get size(): number {
    return this.#heap.length
  }

  peek(): Entry | undefined {
    return this.#heap[0]
  }

  push(entry: Entry): void {
    const heap = this.#heap
    let at = heap.push(entry) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = heap[parent]
      if (above === undefined || !isBefore(entry, above)) break
      heap[at] = above
      at = parent
    }
    heap[at] = entry
  }

  shift(): Entry | undefined {
    const heap = this.#heap
    const first = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return first
    let at = 0
    for (;;) {
      const left = 2 * at + 1
      const [one, other] = [heap[left], heap[left + 1]]
      if (one === undefined) break
      const useOther = other !== undefined && isBefore(other, one)
      const child = useOther ? other : one
      if (!isBefore(child, last)) break
      heap[at] = child
      at = useOther ? left + 1 : left
    }
    heap[at] = last
    return first
  }

  restore(entry: Entry): void {
    this.push(entry)
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  const order = comparePriorities(a.key as Priority, b.key as Priority)
  return order < 0 || (order === 0 && a.sequence < b.sequence)
}
