import type { Batch } from './batch.ts'

/** The batches that a worker has in its hands, in the order they were sent, under the numbers they were sent with. */
export class Hands {
  readonly #batches = new Map<number, Batch>()
  #last = 0

  get size(): number {
    return this.#batches.size
  }

  /** The batch whose calls run now. */
  get head(): Batch | undefined {
    return this.#batches.values().next().value
  }

  /** The number of {@link head}; 0 if there is none. */
  get headNumber(): number {
    return this.#batches.keys().next().value ?? 0
  }

  /** The number that the next batch is to be sent with. */
  get nextNumber(): number {
    return this.#last + 1
  }

  take(batch: Batch): void {
    this.#batches.set(++this.#last, batch)
  }

  get(number: number): Batch | undefined {
    return this.#batches.get(number)
  }

  drop(number: number): Batch | undefined {
    const batch = this.#batches.get(number)
    this.#batches.delete(number)
    return batch
  }

  /** Notes that the next calls of a batch were answered. */
  answered(number: number, calls: number): Batch | undefined {
    const batch = this.#batches.get(number)
    if (batch === undefined) return undefined
    batch.answered += calls
    if (batch.answered >= batch.inputs.length) this.#batches.delete(number)
    return batch
  }

  /** Takes the calls of a batch from `from` on out, and all of it if that is 0. */
  cut(number: number, from: number): { readonly batch: Batch; readonly inputs: readonly unknown[] } | undefined {
    const batch = this.#batches.get(number)
    if (batch === undefined) return undefined
    const inputs = batch.inputs.slice(from)
    batch.inputs = batch.inputs.slice(0, from)
    if (from === 0) this.#batches.delete(number)
    return { batch, inputs }
  }

  /** Whether a call that is not answered passes the test. */
  some(test: (batch: Batch, index: number) => boolean): boolean {
    for (const batch of this.#batches.values()) {
      for (let index = batch.answered; index < batch.inputs.length; index++) if (test(batch, index)) return true
    }
    return false
  }

  /** Whether there are calls besides the running one that another worker could take. */
  get spare(): boolean {
    const { head } = this
    return this.#batches.size > 1 || (head !== undefined && !head.whole && head.inputs.length - head.answered > 1)
  }

  /** Empties the hands. */
  leave(): Batch[] {
    const batches = [...this.#batches.values()]
    this.#batches.clear()
    return batches
  }
}
