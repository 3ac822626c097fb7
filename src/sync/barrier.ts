import { type Duration, type BlockOptions, count, waitTime } from '../options/index.ts'
import {
  type Handle,
  OK,
  OwnerDiedError,
  Reference,
  type Reply,
  encodingDestination,
  registerWireType,
} from '../wire/index.ts'
import { ABORT, ACTION_FAILED, BarrierCore, ENLIST, PARTY_DIED, RESET, STATE, WAIT } from './barrier-core.ts'
import { BrokenBarrierError } from './errors.ts'

/** Options of a barrier. */
export interface BarrierOptions {
  /**
   * Run once each time all are there, before they go on, by the worker that made the barrier. When it throws, the
   * barrier breaks.
   */
  readonly action?: (() => unknown) | undefined
  /** How long `wait()` waits where it is not told. @default for ever */
  readonly timeout?: Duration | undefined
}

/**
 * Where so many parties wait for each other, and then go on together. Shared by any number of threads and processes.
 * Python's `multiprocessing.Barrier`.
 *
 * Nobody waits in vain: when one aborts, gives up waiting, or dies (whoever was handed the barrier is a party), all get
 * a {@link BrokenBarrierError}, and so does whoever comes later, until `reset()`.
 *
 * @example
 * ```ts
 * import { Barrier } from 'manyhands'
 *
 * const barrier = new Barrier(2)
 * const places = await Promise.all([barrier.wait(), barrier.wait()])
 * console.log(places) // [ 0, 1 ]
 * ```
 */
export class Barrier {
  /** How many must be there. */
  readonly parties: number
  readonly #timeout: Duration | undefined
  readonly #reference: Reference

  /** @throws {@link InvalidOptionError} unless `parties` is a whole number of at least 1 */
  constructor(parties: number, { action, timeout }: BarrierOptions = {}) {
    this.parties = count('parties', parties)
    this.#timeout = timeout
    this.#reference = Reference.make('Barrier', () => new BarrierCore(parties, action))
  }

  /**
   * Resolves when all are there, with the place of this one among them: 0 to `parties - 1`, each once.
   *
   * @throws {@link BrokenBarrierError} when the barrier is or becomes broken, also by this very wait taking too long
   */
  async wait(options: BlockOptions = {}): Promise<number> {
    return this.#place(await this.#reference.call(WAIT, this.#time(options), 0, [], options.signal))
  }

  waitSync(options: BlockOptions = {}): number {
    return this.#place(this.#reference.callSync(WAIT, this.#time(options)))
  }

  #time(options: BlockOptions): number {
    return waitTime(
      this.#timeout === undefined || options.timeout !== undefined ? options : { ...options, timeout: this.#timeout },
    )
  }

  #place({ status, a }: Reply): number {
    if (status === OK) return a
    if (status !== PARTY_DIED) {
      throw new BrokenBarrierError(
        status === ACTION_FAILED ? 'its action threw' : 'somebody aborted it, reset it or gave up waiting',
      )
    }
    const cause = new OwnerDiedError('A worker that was a party of the barrier died')
    throw new BrokenBarrierError('a worker that was a party of it died', { cause })
  }

  /** Breaks it. */
  async abort(): Promise<void> {
    await this.#reference.call(ABORT)
  }

  /** Makes it whole again; those who wait now get a {@link BrokenBarrierError}. */
  async reset(): Promise<void> {
    await this.#reference.call(RESET)
  }

  /** How many wait. */
  async nWaiting(): Promise<number> {
    return (await this.#reference.call(STATE)).a
  }

  async broken(): Promise<boolean> {
    return (await this.#reference.call(STATE)).b === 1
  }

  static {
    registerWireType({
      name: 'manyhands.Barrier',
      class: Barrier,
      encode: (barrier: Barrier): [Handle, number, Duration | undefined] => {
        const receiver = encodingDestination()
        // A worker that dies before it has looked at its arguments is a party as well.
        if (receiver !== undefined) barrier.#reference.tell(ENLIST, 0, 0, [{ bytes: Buffer.from(receiver) }])
        return [barrier.#reference.toWire(), barrier.parties, barrier.#timeout]
      },
      decode: ([handle, parties, timeout]) =>
        Reference.arrive('Barrier', handle, () => {
          const barrier = new Barrier(parties, { timeout })
          barrier.#reference.tell(ENLIST)
          return barrier
        }),
    })
  }
}
