import { Unsendable } from './not-serializable.ts'

/** Objects up to this number are compared one by one, which is cheaper than a Map. */
const FEW = 16
/** A Map holds 2 ** 24 at most. */
const MOST = 16_000_000

/** The objects of a frame and where they were written, to keep identity and cycles. */
export class Seen {
  readonly #few: unknown[] = new Array<unknown>(FEW).fill(null)
  readonly #fewPositions: number[] = new Array<number>(FEW).fill(0)
  #count = 0
  #many: Map<unknown, number> | null = null
  #targets: Set<number> | null = null

  /** Where the object was written before, or -1: then it is noted as written at `position`. */
  at(object: object, position: number): number {
    const many = this.#many
    if (many !== null) {
      const found = many.get(object)
      if (found !== undefined) return this.#target(found)
      if (many.size === MOST) throw new Unsendable(undefined, 'holds more than 16 million objects', 'Send it in parts.')
      many.set(object, position)
      return -1
    }
    const few = this.#few
    for (let i = 0; i < this.#count; i++) if (few[i] === object) return this.#target(this.#fewPositions[i] ?? 0)
    if (this.#count === FEW) this.#spill(object, position)
    else {
      few[this.#count] = object
      this.#fewPositions[this.#count++] = position
    }
    return -1
  }

  /** Where the object was written before, or -1. */
  find(object: object): number {
    const index = this.#many === null ? this.#few.indexOf(object) : -1
    const found = this.#many === null ? this.#fewPositions[index] : this.#many.get(object)
    return found === undefined ? -1 : this.#target(found)
  }

  /** The positions that references point to, ascending, or null. */
  targets(): number[] | null {
    return this.#targets === null ? null : [...this.#targets].sort((a, b) => a - b)
  }

  clear(): void {
    for (let i = 0; i < this.#count; i++) this.#few[i] = null
    this.#count = 0
    this.#many = null
    this.#targets = null
  }

  #target(position: number): number {
    this.#targets ??= new Set()
    this.#targets.add(position)
    return position
  }

  #spill(object: object, position: number): void {
    const many = new Map<unknown, number>()
    for (let i = 0; i < FEW; i++) many.set(this.#few[i], this.#fewPositions[i] ?? 0)
    many.set(object, position)
    this.#many = many
  }
}
