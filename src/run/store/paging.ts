import { PAGE_BYTES, PAGE_ITEMS } from './body.ts'
import { compareKeys } from './order.ts'
import type { RawOutcome, Status } from './outcome.ts'

/** Keys in order, made when they are first asked for after a change. */
export class SortedKeys {
  #keys: readonly string[] = []

  /** Some outcomes after a key, in order, of a format that holds its index in memory. */
  page(
    index: ReadonlyMap<string, { readonly status: Status }>,
    after: string | undefined,
    status: Status | undefined,
    read: (key: string) => RawOutcome | undefined,
  ): RawOutcome[] {
    if (this.#keys.length !== index.size) this.#keys = [...index.keys()].sort(compareKeys)
    const page: RawOutcome[] = []
    let bytes = 0
    for (let position = after === undefined ? 0 : this.#after(after); position < this.#keys.length; position++) {
      const key = this.#keys[position] ?? ''
      if (status !== undefined && index.get(key)?.status !== status) continue
      const outcome = read(key)
      if (outcome === undefined) continue
      page.push(outcome)
      bytes += (outcome.value?.length ?? 0) + (outcome.error?.length ?? 0)
      if (page.length === PAGE_ITEMS || bytes > PAGE_BYTES) break
    }
    return page
  }

  #after(key: string): number {
    let [low, high] = [0, this.#keys.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareKeys(this.#keys[middle] ?? '', key) <= 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
