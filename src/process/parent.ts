import type { Duration } from '../options/index.ts'
import { waitAtMost } from './wait-at-most.ts'

/** The process or thread that started this one. */
export interface ParentProcess {
  readonly name: string
  /** Id of the process it is, or lives in. */
  readonly pid: number
  /** Whether it lives. A thread never sees that it does not: it ends with its owner. */
  isAlive(): boolean
  /** Waits for its end, at most for `timeout`; resolves either way. */
  join(timeout?: Duration): Promise<void>
}

/** What a child sees of its owner: a name, and a channel that the kernel closes. */
export class ParentHandle implements ParentProcess {
  readonly name: string
  readonly pid: number
  readonly #channel: { ref(): void; unref(): void } | undefined
  #waiting = 0
  #alive = true
  readonly #ended = Promise.withResolvers<undefined>()

  /** @param channel kept alive while somebody waits for the owner's end */
  constructor(name: string, pid: number, channel?: { ref(): void; unref(): void }) {
    this.name = name
    this.pid = pid
    this.#channel = channel
  }

  isAlive(): boolean {
    return this.#alive
  }

  async join(timeout?: Duration): Promise<void> {
    if (!this.#alive) return
    if (this.#waiting++ === 0) this.#channel?.ref()
    try {
      await waitAtMost(this.#ended.promise, timeout)
    } finally {
      if (--this.#waiting === 0) this.#channel?.unref()
    }
  }

  /** The channel ended, so the owner did. */
  ended(): void {
    this.#alive = false
    this.#ended.resolve(undefined)
  }
}
