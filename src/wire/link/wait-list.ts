import type { Request } from './request.ts'

/** Requests that wait for the same thing, in the order they came. */
export class WaitList {
  readonly #requests = new Set<Request>()

  get size(): number {
    return this.#requests.size
  }

  add(request: Request): void {
    this.#requests.add(request)
  }

  delete(request: Request): void {
    this.#requests.delete(request)
  }

  /** The one that has waited longest. */
  get first(): Request | undefined {
    return this.#requests.size === 0 ? undefined : this.#requests.values().next().value
  }

  /** All of them, while they may be settled. */
  all(): Request[] {
    return [...this.#requests]
  }
}
