import { type BlockOptions, waitTime } from '../options/index.ts'
import { type Core, type Handle, OK, Reference, type Request, WaitList, registerWireType } from '../wire/index.ts'

const SET = 1
const CLEAR = 2
const IS_SET = 3
const WAIT = 4

/** The state of an event, in its home. */
class EventCore implements Core {
  #isSet = false
  readonly #waiters = new WaitList()

  handle(request: Request): void {
    switch (request.op) {
      case SET:
        this.#isSet = true
        for (const waiter of this.#waiters.all()) waiter.settle(OK)
        return request.settle(OK)
      case CLEAR:
        this.#isSet = false
        return request.settle(OK)
      case IS_SET:
        return request.settle(OK, this.#isSet ? 1 : 0)
      case WAIT:
        return this.#isSet ? request.settle(OK) : request.park(this.#waiters, request.a)
    }
  }
}

/**
 * Something that happens once until it is cleared, and that any number of threads and processes can wait for. Python's
 * `multiprocessing.Event`. (Named as there; it has nothing to do with the DOM's `Event`.)
 *
 * @example
 * ```ts
 * import { Event } from 'manyhands'
 *
 * const started = new Event()
 * console.log(await started.wait({ timeout: 10 })) // false
 * await started.set()
 * console.log(await started.wait()) // true
 * ```
 */
export class Event {
  readonly #reference = Reference.make('Event', () => new EventCore())

  async isSet(): Promise<boolean> {
    return (await this.#reference.call(IS_SET)).a === 1
  }

  /** Wakes all who wait, and lets nobody wait until `clear()`. */
  async set(): Promise<void> {
    await this.#reference.call(SET)
  }

  setSync(): void {
    this.#reference.callSync(SET)
  }

  async clear(): Promise<void> {
    await this.#reference.call(CLEAR)
  }

  clearSync(): void {
    this.#reference.callSync(CLEAR)
  }

  /** Resolves with `true` when it is set, with `false` when it may not wait any longer. */
  async wait(options: BlockOptions = {}): Promise<boolean> {
    return (await this.#reference.call(WAIT, waitTime(options), 0, [], options.signal)).status === OK
  }

  waitSync(options: BlockOptions = {}): boolean {
    return this.#reference.callSync(WAIT, waitTime(options)).status === OK
  }

  static {
    registerWireType({
      name: 'manyhands.Event',
      class: Event,
      encode: (event: Event): Handle => event.#reference.toWire(),
      decode: (handle) => Reference.arrive('Event', handle, () => new Event()),
    })
  }
}
