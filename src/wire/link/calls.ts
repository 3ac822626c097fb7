import { GONE_HOME, type Reply } from './request.ts'

interface PendingCall {
  readonly home: string
  readonly settle: (reply: Reply) => void
}

const GONE_REPLY: Reply = { status: GONE_HOME, a: 0, b: 0, items: [] }
const LAST_NUMBER = 0xffffffff

/** The requests of this isolate that have no answer yet. */
export class Calls {
  readonly #pending = new Map<number, PendingCall>()
  readonly #onAdd: () => void
  readonly #onTake: () => void
  #last = 0

  constructor(onAdd: () => void, onTake: () => void) {
    this.#onAdd = onAdd
    this.#onTake = onTake
  }

  /** The number of a new one. */
  add(home: string, settle: (reply: Reply) => void): number {
    this.#last = this.#last === LAST_NUMBER ? 1 : this.#last + 1
    this.#pending.set(this.#last, { home, settle })
    this.#onAdd()
    return this.#last
  }

  has(id: number): boolean {
    return this.#pending.has(id)
  }

  /** Who is to hear the answer to it; undefined when it was answered before. */
  take(id: number): ((reply: Reply) => void) | undefined {
    const call = this.#pending.get(id)
    if (call === undefined) return undefined
    this.#pending.delete(id)
    this.#onTake()
    return call.settle
  }

  /** Nobody is there to answer it. */
  fail(id: number): void {
    this.take(id)?.(GONE_REPLY)
  }

  /** Fails those to homes that are gone. */
  failTo(isGone: (home: string) => boolean): void {
    for (const [id, { home }] of this.#pending) if (isGone(home)) this.fail(id)
  }
}
