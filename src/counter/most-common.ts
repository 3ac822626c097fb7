/**
 * The `n` entries with the largest values, largest first; equal ones in their order in `entries`.
 *
 * A heap of `n` entries, smallest on top, so that the 20 largest of a million are found without sorting the million.
 */
export function mostCommon<K>(entries: ReadonlyMap<K, number>, n: number): [K, number][] {
  if (n >= entries.size) return [...entries].sort((a, b) => b[1] - a[1])
  const heap: Ranked<K>[] = []
  let position = 0
  for (const [key, value] of entries) {
    const item = { key, value, position: position++ }
    const smallest = heap[0]
    if (heap.length < n) {
      heap.push(item)
      if (heap.length === n) for (let i = n >> 1; i >= 0; i--) sink(heap, i)
    } else if (smallest !== undefined && value > smallest.value) {
      heap[0] = item
      sink(heap, 0)
    }
  }
  return heap.sort((a, b) => (before(a, b) ? 1 : -1)).map(({ key, value }) => [key, value])
}

interface Ranked<K> {
  readonly key: K
  readonly value: number
  readonly position: number
}

/** Whether `a` ranks below `b`: a smaller value, or the same value seen later. */
function before<K>(a: Ranked<K>, b: Ranked<K>): boolean {
  return a.value === b.value ? a.position > b.position : a.value < b.value
}

function sink<K>(heap: Ranked<K>[], start: number): void {
  let parent = start
  for (;;) {
    let least = parent
    for (const child of [2 * parent + 1, 2 * parent + 2]) {
      const a = heap[child]
      const b = heap[least]
      if (a !== undefined && b !== undefined && before(a, b)) least = child
    }
    const a = heap[parent]
    const b = heap[least]
    if (least === parent || a === undefined || b === undefined) return
    heap[parent] = b
    heap[least] = a
    parent = least
  }
}
