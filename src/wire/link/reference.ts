import { BlockingCallError, OwnerDiedError } from './errors.ts'
import type { Item } from './message.ts'
import { type Call, type Core, node } from './node.ts'
import { GONE_HOME, type Reply, Request } from './request.ts'

const NOTHING: readonly never[] = []

/** Where an object lives, as it travels. */
export type Handle = readonly [home: string, object: number]

/** How a handle reaches the core of its object: directly in its home, by messages elsewhere. */
export class Reference {
  readonly kind: string
  readonly home: string
  readonly #core: Core | undefined
  #object: number

  private constructor(kind: string, home: string, object: number, core: Core | undefined) {
    this.kind = kind
    this.home = home
    this.#object = object
    this.#core = core
  }

  /** To an object made here. */
  static here(kind: string, core: Core): Reference {
    return new Reference(kind, node.address, 0, core)
  }

  /** What the constructor of a handle calls: to the object that is arriving, or to one made here. */
  static make(kind: string, core: () => Core): Reference {
    const reference = arriving
    arriving = undefined
    return reference ?? Reference.here(kind, core())
  }

  /** Runs the constructor of a handle for an object that arrived. */
  static arrive<T>(kind: string, handle: Handle, construct: () => T): T {
    arriving = Reference.from(kind, handle)
    try {
      return construct()
    } finally {
      arriving = undefined
    }
  }

  /** To an object that arrived. */
  static from(kind: string, [home, object]: Handle): Reference {
    return new Reference(kind, home, object, home === node.address ? node.core(object) : undefined)
  }

  get isHome(): boolean {
    return this.home === node.address
  }

  get carriesExternals(): boolean {
    return node.carriesExternalsTo(this.home)
  }

  toWire(): Handle {
    if (this.#object === 0 && this.#core !== undefined) this.#object = node.share(this.#core)
    return [this.home, this.#object]
  }

  /** Calls back with the answer; the items are copied, or kept by the core, before this returns. */
  send(op: number, a: number, b: number, items: readonly Item[], settle: (reply: Reply) => void): Call {
    if (this.#core === undefined) return node.call(this.home, this.#object, op, a, b, items, settle)
    let waits = false
    const request = new Request(node.self, nextLocal(), op, a, b, items, (reply) => {
      if (waits) node.waitsNoMore()
      settle(reply)
    })
    this.#core.handle(request)
    if (!request.settled) {
      waits = true
      node.waits()
    }
    return request
  }

  /** The answer; where the home is gone, an error. */
  call(op: number, a?: number, b?: number, items?: readonly Item[], signal?: AbortSignal): Promise<Reply>
  /** What `read` makes of the answer; what it throws rejects. */
  call<T>(
    op: number,
    a: number,
    b: number,
    items: readonly Item[],
    signal: AbortSignal | undefined,
    read: (reply: Reply) => T,
  ): Promise<T>
  call(
    op: number,
    a = 0,
    b = 0,
    items: readonly Item[] = NOTHING,
    signal?: AbortSignal,
    read = (reply: Reply): unknown => reply,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason as Error)
      const call = this.send(op, a, b, items, (reply) => {
        if (signal !== undefined) signal.removeEventListener('abort', abort)
        if (reply.status === GONE_HOME) reject(this.homeGone())
        else if (signal?.aborted === true && reply.status !== 0) reject(signal.reason as Error)
        else {
          try {
            resolve(read(reply))
          } catch (error) {
            reject(error)
          }
        }
      })
      function abort(): void {
        call.cancel()
      }
      signal?.addEventListener('abort', abort, { once: true })
    })
  }

  /** Without an answer. */
  tell(op: number, a = 0, b = 0, items: readonly Item[] = NOTHING): void {
    if (this.#core === undefined) node.tell(this.home, this.#object, op, a, b, items)
    else this.#core.handle(new Request(node.self, 0, op, a, b, items))
  }

  /**
   * The answer, with this thread blocked until it is there.
   *
   * @throws {@link BlockingCallError} on a thread whose event loop others depend on, and where nobody could answer.
   */
  callSync(op: number, a = 0, b = 0, items: readonly Item[] = NOTHING): Reply {
    if (!node.hasParent) {
      throw new BlockingCallError(
        `A blocking call on a ${this.kind} would freeze the event loop of the main thread, and nobody could end ` +
          'the wait. Await the method without Sync instead',
      )
    }
    const reply =
      this.#core === undefined
        ? node.callSync(this.home, this.#object, op, a, b, items)
        : this.#callHere(op, a, b, items)
    if (reply === undefined) {
      throw new BlockingCallError(
        `This worker blocks on a ${this.kind} that it ` +
          `${this.isHome ? 'made itself' : 'reaches through its own worker'}: nobody could answer while it waits. ` +
          'Await the method without Sync instead',
      )
    }
    if (reply.status === GONE_HOME) throw this.homeGone()
    return reply
  }

  #callHere(op: number, a: number, b: number, items: readonly Item[]): Reply | undefined {
    let answer: Reply | undefined
    const request = new Request(node.self, nextLocal(), op, a, b, items, (reply) => {
      answer ??= reply
    })
    this.#core?.handle(request)
    if (answer !== undefined) return answer
    request.cancel()
    return undefined
  }

  homeGone(): OwnerDiedError {
    return new OwnerDiedError(
      `The worker that made this ${this.kind} is gone, and the ${this.kind} with it. Make it in the main program, ` +
        'which outlives its workers',
    )
  }
}

let arriving: Reference | undefined
let lastLocal = 0
function nextLocal(): number {
  return ++lastLocal
}
