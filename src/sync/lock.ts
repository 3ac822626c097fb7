import type { Duration, BlockOptions } from '../options/index.ts'
import { type Handle, Reference, registerWireType } from '../wire/index.ts'
import { type Hold, LockHandle, type LockToken, holdOf } from './lock-handle.ts'

/** An acquisition that may give up. */
export type LimitedWait =
  | { readonly block: boolean; readonly timeout?: Duration | undefined; readonly signal?: AbortSignal | undefined }
  | { readonly timeout: Duration; readonly block?: boolean | undefined; readonly signal?: AbortSignal | undefined }

const handles = new WeakMap<object, LockHandle>()

export function lockHandleOf(lock: Lock | RLock): LockHandle {
  return handles.get(lock) as LockHandle
}

/**
 * A lock shared by any number of threads and processes. Whoever has waited longest gets it next. Python's
 * `multiprocessing.Lock`.
 *
 * `acquire()` gives a token; where it may give up (`timeout`, `block: false`), `false` when it did. When the worker of
 * a
 * holder dies, the next one gets the lock at once, and its token says so: {@link LockToken.ownerDied}.
 *
 * @example
 * ```ts
 * import { Lock } from 'manyhands'
 *
 * const lock = new Lock()
 * {
 *   using _token = await lock.acquire()
 *   console.log(await lock.acquire({ block: false })) // false
 * }
 * console.log(await lock.locked()) // false
 * ```
 */
export class Lock {
  readonly #handle = new LockHandle('Lock', false)

  constructor() {
    handles.set(this, this.#handle)
  }

  /** Resolves with a token when the lock is held, or with `false` when it may not wait, or not any longer. */
  acquire(options?: Pick<BlockOptions, 'signal'>): Promise<LockToken>
  acquire(options: LimitedWait): Promise<LockToken | false>
  acquire(options: BlockOptions = {}): Promise<LockToken | false> {
    return this.#handle.acquire(undefined, options)
  }

  /** `acquire` that blocks the thread of a worker. */
  acquireSync(): LockToken
  acquireSync(options: LimitedWait): LockToken | false
  acquireSync(options: BlockOptions = {}): LockToken | false {
    return this.#handle.acquireSync(undefined, options)
  }

  /**
   * Releases it, whoever holds it: one worker may acquire and another release. The token's own `release()` releases
   * only what that token holds.
   *
   * @throws {@link NotOwnedError} when nobody holds it
   */
  release(): Promise<void> {
    return this.#handle.release(undefined)
  }

  releaseSync(): void {
    this.#handle.releaseSync(undefined)
  }

  async locked(): Promise<boolean> {
    return (await this.owner()) !== 'nobody'
  }

  /** Who holds it. */
  async owner(): Promise<'nobody' | 'this worker' | 'another worker'> {
    return (await this.#handle.state()).owner
  }

  static {
    registerWireType({
      name: 'manyhands.Lock',
      class: Lock,
      encode: (lock: Lock): Handle => lock.#handle.reference.toWire(),
      decode: (handle) => Reference.arrive('Lock', handle, () => new Lock()),
    })
  }
}

/**
 * A {@link Lock} that its owner may acquire again; it is free when it was released as often.
 *
 * The owner is whoever has a token, not a thread: of two async functions in one worker, one waits while the other holds
 * it. To enter again, say who you are: `acquire({ owner: token })`. Blocking code needs no token: `acquireSync` enters
 * again where this worker holds the lock by `acquireSync`.
 *
 * @example
 * ```ts
 * import { RLock } from 'manyhands'
 *
 * const lock = new RLock()
 * const outer = await lock.acquire()
 * const inner = await lock.acquire({ owner: outer })
 * console.log(await lock.recursionCount()) // 2
 * await inner.release()
 * await outer.release()
 * ```
 */
export class RLock {
  readonly #handle = new LockHandle('RLock', true)
  /** What `acquireSync` holds here, with its depth. */
  #blocking: { readonly hold: Hold; depth: number } | undefined

  constructor() {
    handles.set(this, this.#handle)
  }

  /** Resolves with a token when the lock is held, or with `false` when it may not wait, or not any longer. */
  acquire(options?: Pick<BlockOptions, 'signal'> & { readonly owner?: LockToken | undefined }): Promise<LockToken>
  acquire(options: LimitedWait & { readonly owner?: LockToken | undefined }): Promise<LockToken | false>
  acquire({ owner, ...options }: BlockOptions & { readonly owner?: LockToken | undefined } = {}): Promise<
    LockToken | false
  > {
    return this.#handle.acquire(owner === undefined ? undefined : holdOf(owner), options)
  }

  acquireSync(): LockToken
  acquireSync(options: LimitedWait): LockToken | false
  acquireSync(options: BlockOptions = {}): LockToken | false {
    const token = this.#handle.acquireSync(this.#blocking?.hold, options)
    if (token === false) return false
    const hold = holdOf(token)
    // Where the hold is a new one, what was held before was released by its tokens.
    if (this.#blocking?.hold === hold) this.#blocking.depth++
    else this.#blocking = { hold, depth: 1 }
    return token
  }

  /**
   * Releases one level of what this worker holds by `acquireSync`. Elsewhere the token releases.
   *
   * @throws {@link NotOwnedError} when this worker does not hold it so
   */
  async release(token?: LockToken): Promise<void> {
    if (token !== undefined) return token.release()
    const blocking = this.#leave()
    await this.#handle.release(blocking)
  }

  releaseSync(): void {
    this.#handle.releaseSync(this.#leave())
  }

  #leave(): Hold | undefined {
    const blocking = this.#blocking
    if (blocking === undefined) return undefined
    if (--blocking.depth === 0) this.#blocking = undefined
    return blocking.hold
  }

  /** How often the holder has acquired it; 0 when it is free. */
  async recursionCount(): Promise<number> {
    return (await this.#handle.state()).count
  }

  async locked(): Promise<boolean> {
    return (await this.owner()) !== 'nobody'
  }

  /** Who holds it. */
  async owner(): Promise<'nobody' | 'this worker' | 'another worker'> {
    return (await this.#handle.state()).owner
  }

  static {
    registerWireType({
      name: 'manyhands.RLock',
      class: RLock,
      encode: (lock: RLock): Handle => lock.#handle.reference.toWire(),
      decode: (handle) => Reference.arrive('RLock', handle, () => new RLock()),
    })
  }
}
