import { type BlockOptions, waitTime } from '../options/index.ts'
import { type Item, NO, OK, OwnerDiedError, Reference, type Reply } from '../wire/index.ts'
import { NotOwnedError } from './errors.ts'
import { ACQUIRE, LockCore, NOTIFIED, NOTIFY, OWNER_DIED, RELEASE, STATE, WAIT } from './lock-core.ts'

/** One hold of a lock, shared by the tokens of its owner. Waiting at a condition gives it another number. */
export interface Hold {
  id: number
}

/** What the handles of both locks do: requests to the core, and what its answers mean. */
export class LockHandle {
  readonly #kind: string
  readonly #reference: Reference

  constructor(kind: string, reentrant: boolean) {
    this.#kind = kind
    this.#reference = Reference.make(kind, () => new LockCore(reentrant))
  }

  get reference(): Reference {
    return this.#reference
  }

  async acquire(hold: Hold | undefined, options: BlockOptions): Promise<LockToken | false> {
    return this.#token(await this.#reference.call(ACQUIRE, waitTime(options), hold?.id ?? 0, [], options.signal), hold)
  }

  acquireSync(hold: Hold | undefined, options: BlockOptions): LockToken | false {
    return this.#token(this.#reference.callSync(ACQUIRE, waitTime(options), hold?.id ?? 0), hold)
  }

  #token({ status, a, b }: Reply, hold: Hold | undefined): LockToken | false {
    if (status === NO) return false
    const died =
      (a & OWNER_DIED) === 0
        ? undefined
        : new OwnerDiedError(
            `The worker that held the ${this.#kind} ended without releasing it: what it guards may be half changed`,
          )
    return new LockToken(this, hold?.id === b ? hold : { id: b }, died)
  }

  async release(hold: Hold | undefined): Promise<void> {
    this.#releaseOutcome(await this.#reference.call(RELEASE, 0, hold?.id ?? 0), hold)
  }

  releaseSync(hold: Hold | undefined): void {
    this.#releaseOutcome(this.#reference.callSync(RELEASE, 0, hold?.id ?? 0), hold)
  }

  #releaseOutcome({ status }: Reply, hold: Hold | undefined): void {
    if (status !== OK) throw this.#notOwned(hold)
  }

  #notOwned(hold: Hold | undefined): NotOwnedError {
    return new NotOwnedError(
      hold === undefined
        ? `The ${this.#kind} is not owned, and cannot be released`
        : `This token does not hold the ${this.#kind} any more`,
    )
  }

  /** Releases without waiting to hear that it was released. */
  drop(hold: Hold): void {
    this.#reference.tell(RELEASE, 0, hold.id)
  }

  async state(): Promise<{ count: number; owner: 'nobody' | 'this worker' | 'another worker' }> {
    const { a, b } = await this.#reference.call(STATE)
    return { count: a, owner: b === 0 ? 'nobody' : b === 1 ? 'this worker' : 'another worker' }
  }

  async wait(hold: Hold, condition: number, options: BlockOptions): Promise<boolean> {
    return this.#resumed(await this.#reference.call(WAIT, waitTime(options), condition, [proof(hold)]), hold)
  }

  waitSync(hold: Hold, condition: number, options: BlockOptions): boolean {
    return this.#resumed(this.#reference.callSync(WAIT, waitTime(options), condition, [proof(hold)]), hold)
  }

  #resumed({ status, a, b }: Reply, hold: Hold): boolean {
    if (status !== OK) throw this.#notOwned(hold)
    hold.id = b
    return (a & NOTIFIED) !== 0
  }

  async notify(hold: Hold, condition: number, count: number): Promise<number> {
    return this.#notified(await this.#reference.call(NOTIFY, count, condition, [proof(hold)]), hold)
  }

  notifySync(hold: Hold, condition: number, count: number): number {
    return this.#notified(this.#reference.callSync(NOTIFY, count, condition, [proof(hold)]), hold)
  }

  #notified({ status, a }: Reply, hold: Hold): number {
    if (status !== OK) throw this.#notOwned(hold)
    return a
  }
}

function proof({ id }: Hold): Item {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(id)
  return { bytes }
}

const holds = new WeakMap<LockToken, Hold>()

/**
 * A lock that is held: `using` releases it at the end of the block, or `release()` does.
 *
 * It belongs to whoever got it and cannot be sent to another worker.
 *
 * @example
 * ```ts
 * import { Lock, type LockToken } from 'manyhands'
 *
 * const lock = new Lock()
 * const token: LockToken = await lock.acquire()
 * console.log(token.ownerDied === undefined) // true
 * await token.release()
 * ```
 */
export class LockToken {
  readonly #handle: LockHandle
  readonly #hold: Hold
  #released = false
  /**
   * Set when the worker that held the lock before died with it: what the lock guards may be half changed. Throw it, or
   * repair that and go on; the lock is held either way. (What POSIX calls a robust mutex.)
   */
  readonly ownerDied: OwnerDiedError | undefined

  /** @internal */
  constructor(handle: LockHandle, hold: Hold, ownerDied: OwnerDiedError | undefined) {
    this.#handle = handle
    this.#hold = hold
    this.ownerDied = ownerDied
    holds.set(this, hold)
  }

  /**
   * Releases the lock; of a reentrant one, one level.
   *
   * @throws {@link NotOwnedError} when that was done before
   */
  async release(): Promise<void> {
    this.#end()
    await this.#handle.release(this.#hold)
  }

  releaseSync(): void {
    this.#end()
    this.#handle.releaseSync(this.#hold)
  }

  #end(): void {
    if (this.#released) throw new NotOwnedError('This token has released its lock already')
    this.#released = true
  }

  [Symbol.dispose](): void {
    if (this.#released) return
    this.#released = true
    this.#handle.drop(this.#hold)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#released) await this.release()
  }
}

/** The hold that a token stands for. */
export function holdOf(token: LockToken | undefined): Hold {
  const hold = token === undefined ? undefined : holds.get(token)
  if (hold === undefined)
    throw new NotOwnedError('The lock of the condition must be held: give the token that its acquire() returned')
  return hold
}
