import { type BlockOptions, count, waitTime } from '../options/index.ts'
import {
  type Core,
  type Handle,
  type Holding,
  NO,
  OK,
  type Party,
  REFUSED,
  Reference,
  type Reply,
  type Request,
  WaitList,
  registerWireType,
} from '../wire/index.ts'
import { NotOwnedError } from './errors.ts'
import type { LimitedWait } from './lock.ts'

const ACQUIRE = 1
const RELEASE = 2
const VALUE = 3

/** One unit in the hands of a party. */
class Permit implements Holding {
  readonly party: Party
  readonly #onLost: (permit: Permit) => void

  constructor(party: Party, onLost: (permit: Permit) => void) {
    this.party = party
    this.#onLost = onLost
    party.holdings.add(this)
  }

  lost(): void {
    this.#onLost(this)
  }
}

/**
 * The state of a semaphore, in its home. It remembers who acquired what, so that the units of a worker that dies come
 * back. A release gives back the releaser's newest unit, or else the oldest of anybody, since whoever releases need not
 * be who acquired.
 */
class SemaphoreCore implements Core {
  readonly #bound: number
  readonly #waiters = new WaitList()
  readonly #permits = new Set<Permit>()
  #value: number

  constructor(value: number, bounded: boolean) {
    this.#value = value
    this.#bound = bounded ? value : Infinity
  }

  handle(request: Request): void {
    switch (request.op) {
      case ACQUIRE:
        if (this.#value > 0) return this.#grant(request)
        return request.park(this.#waiters, request.a)
      case RELEASE:
        return this.#release(request)
      case VALUE:
        return request.settle(OK, this.#value)
    }
  }

  #grant(request: Request): void {
    this.#value--
    this.#permits.add(
      new Permit(request.party, (permit) => {
        this.#permits.delete(permit)
        this.#add(1)
      }),
    )
    request.settle(OK)
  }

  #release(request: Request): void {
    if (this.#value + request.b > this.#bound) return request.settle(REFUSED)
    for (let i = 0; i < request.b; i++) this.#forget(request.party)
    this.#add(request.b)
    request.settle(OK)
  }

  #forget(party: Party): void {
    const permits = [...this.#permits]
    const permit = permits.findLast((candidate) => candidate.party === party) ?? permits[0]
    if (permit === undefined) return
    this.#permits.delete(permit)
    permit.party.holdings.delete(permit)
  }

  #add(units: number): void {
    this.#value = Math.min(this.#bound, this.#value + units)
    while (this.#waiters.first !== undefined && this.#value > 0) this.#grant(this.#waiters.first)
  }
}

/**
 * A unit of a semaphore that is held: `using` gives it back at the end of the block, or `release()` does.
 *
 * @example
 * ```ts
 * import { Semaphore, type SemaphoreToken } from 'manyhands'
 *
 * const seats = new Semaphore(3)
 * const seat: SemaphoreToken = await seats.acquire()
 * await seat.release()
 * console.log(await seats.getValue()) // 3
 * ```
 */
export class SemaphoreToken {
  readonly #reference: Reference
  #released = false

  /** @internal */
  constructor(reference: Reference) {
    this.#reference = reference
  }

  /** @throws {@link NotOwnedError} when it was given back before */
  async release(): Promise<void> {
    if (this.#released) throw new NotOwnedError('This token has given its unit back already')
    this.#released = true
    await this.#reference.call(RELEASE, 0, 1)
  }

  [Symbol.dispose](): void {
    if (this.#released) return
    this.#released = true
    this.#reference.tell(RELEASE, 0, 1)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#released) await this.release()
  }
}

/**
 * So many units to share: whoever acquires one more waits until one is released. Shared by any number of threads and
 * processes. Python's `multiprocessing.Semaphore`.
 *
 * Anybody may release, also more than was acquired. The units of a worker that dies come back by themselves.
 *
 * @example
 * ```ts
 * import { Semaphore } from 'manyhands'
 *
 * const seats = new Semaphore(2)
 * {
 *   using _seat = await seats.acquire()
 *   console.log(await seats.getValue()) // 1
 * }
 * console.log(await seats.getValue()) // 2
 * ```
 */
export class Semaphore {
  readonly #reference: Reference

  /**
   * @param value - units at the start. @default 1
   * @throws {@link InvalidOptionError} unless it is a whole number of at least 0
   */
  constructor(value = 1) {
    const units = count('value', value, 0)
    this.#reference = Reference.make(this.kind, () => new SemaphoreCore(units, this.isBounded))
  }

  /** @internal */
  protected get kind(): string {
    return 'Semaphore'
  }

  /** @internal */
  protected get isBounded(): boolean {
    return false
  }

  /** Resolves with a token when there is a unit, or with `false` when it may not wait, or not any longer. */
  acquire(options?: Pick<BlockOptions, 'signal'>): Promise<SemaphoreToken>
  acquire(options: LimitedWait): Promise<SemaphoreToken | false>
  async acquire(options: BlockOptions = {}): Promise<SemaphoreToken | false> {
    return this.#token(await this.#reference.call(ACQUIRE, waitTime(options), 0, [], options.signal))
  }

  acquireSync(): SemaphoreToken
  acquireSync(options: LimitedWait): SemaphoreToken | false
  acquireSync(options: BlockOptions = {}): SemaphoreToken | false {
    return this.#token(this.#reference.callSync(ACQUIRE, waitTime(options)))
  }

  #token({ status }: Reply): SemaphoreToken | false {
    return status === NO ? false : new SemaphoreToken(this.#reference)
  }

  /**
   * Adds units; whoever has waited longest gets them. @throws {@link NotOwnedError} beyond the bound of a bounded one
   */
  async release(units = 1): Promise<void> {
    this.#released(await this.#reference.call(RELEASE, 0, count('units', units)))
  }

  releaseSync(units = 1): void {
    this.#released(this.#reference.callSync(RELEASE, 0, count('units', units)))
  }

  #released({ status }: Reply): void {
    if (status !== OK) throw new NotOwnedError(`The ${this.kind} was released more often than it was acquired`)
  }

  /** Units that are free. */
  async getValue(): Promise<number> {
    return (await this.#reference.call(VALUE)).a
  }

  static {
    registerWireType({
      name: 'manyhands.Semaphore',
      class: Semaphore,
      encode: (semaphore: Semaphore): Handle => semaphore.#reference.toWire(),
      decode: (handle) => Reference.arrive('Semaphore', handle, () => new Semaphore()),
    })
  }

  /** @internal */
  static referenceOf(semaphore: Semaphore): Reference {
    return semaphore.#reference
  }
}

/**
 * A {@link Semaphore} that cannot be released beyond the units it began with. Python's
 * `multiprocessing.BoundedSemaphore`.
 *
 * @example
 * ```ts
 * import { BoundedSemaphore, NotOwnedError } from 'manyhands'
 *
 * const seats = new BoundedSemaphore(2)
 * const error = await seats.release().catch((error: unknown) => error)
 * console.log(error instanceof NotOwnedError) // true
 * ```
 */
export class BoundedSemaphore extends Semaphore {
  /** @internal */
  protected override get kind(): string {
    return 'BoundedSemaphore'
  }

  /** @internal */
  protected override get isBounded(): boolean {
    return true
  }

  static {
    registerWireType({
      name: 'manyhands.BoundedSemaphore',
      class: BoundedSemaphore,
      encode: (semaphore: BoundedSemaphore): Handle => Semaphore.referenceOf(semaphore).toWire(),
      decode: (handle) => Reference.arrive('BoundedSemaphore', handle, () => new BoundedSemaphore()),
    })
  }
}
