import { type Item, OK, type Party, type Reference, arrived, node, sendsAhead } from '../wire/index.ts'
import { ShutDown } from './errors.ts'
import { PUT, SHUT } from './queue-protocol.ts'

/** Puts and bytes that one handle may have on their way without an answer. */
const MOST_PUTS = 1024
const MOST_BYTES = 256 * 1024

/**
 * Puts of one handle that are on their way to a queue without a limit.
 *
 * Where the home has said so (in the answer to an earlier put), a put resolves when it is on its way, and is not
 * answered before the next one may go: the link loses nothing and keeps the order, so whoever asks the queue next sees
 * it. When too much is on its way, puts wait. What the home refuses after all, because the queue was shut down in the
 * meantime, counts as put before that; the next put is told.
 */
export class PutBuffer {
  #underway = 0
  #bytes = 0
  #refusal: Error | undefined
  readonly #waiting: (() => void)[] = []
  /** The home, where it takes puts without an answer. */
  #home: Party | undefined

  get isOpen(): boolean {
    return this.#home?.isGone === false
  }

  /** The home says so in its answer. */
  open(home: string): void {
    this.#home = node.party(home)
  }

  begin(): void {
    this.#underway++
  }

  end(): void {
    this.#underway--
    if (this.#waiting.length > 0 && this.#underway === 0) this.#wake()
  }

  put(reference: Reference, items: readonly Item[]): Promise<void> {
    let size = 0
    for (const item of items) size += item.bytes.length
    this.#underway++
    this.#bytes += size
    sendsAhead()
    reference.send(PUT, -1, 0, items, ({ status }) => {
      arrived()
      this.#bytes -= size
      if (status !== OK) this.#refused(status === SHUT ? new ShutDown() : reference.homeGone())
      if (--this.#underway <= MOST_PUTS / 2 && this.#bytes <= MOST_BYTES / 2 && this.#waiting.length > 0) this.#wake()
    })
    return this.#underway < MOST_PUTS && this.#bytes < MOST_BYTES ? DONE : this.#room()
  }

  #refused(error: Error): void {
    this.#refusal ??= error
    // From now on each put asks.
    this.#home = undefined
  }

  #room(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Resolves when everything has an answer; rejects when something was refused. */
  async drained(): Promise<void> {
    while (this.#underway > 0) await this.#room()
    const refusal = this.#refusal
    if (refusal !== undefined) throw refusal
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

const DONE = Promise.resolve()
