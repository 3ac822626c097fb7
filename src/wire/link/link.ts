import { type Message, Outbox } from './message.ts'

/** A frame of this size goes out at once: gathering more would only delay the other side. */
const FULL = 64 * 1024

/** What a link does with what it hears. */
export interface LinkEvents {
  onFrame(link: Link, frame: Buffer, externals: readonly unknown[]): void
  /** Once, after the last frame. */
  onEnd(link: Link): void
}

/** A two-way connection to the parent or to a child. */
export abstract class Link {
  /** Address of the isolate at the other end. */
  readonly peer: string
  /** Whether it carries ports and shared memory: between threads. */
  abstract readonly carriesExternals: boolean
  /** Whether a message went either way: who never used it need not hear of the death of others. */
  used = false
  /** Whether the other side said that it ends in order. */
  saidBye = false
  protected readonly outbox = new Outbox()
  #scheduled = false
  readonly #flushLater = (): void => {
    this.#scheduled = false
    this.flush()
  }

  constructor(peer: string) {
    this.peer = peer
  }

  /**
   * Sends with whatever else is said before the event loop turns: after the promises that are settled have had their
   * say.
   */
  append(message: Message): void {
    this.used = true
    this.outbox.append(message)
    if (this.outbox.size >= FULL) return this.flush()
    if (this.#scheduled) return
    this.#scheduled = true
    process.nextTick(this.#flushLater)
  }

  /** Sends now. */
  flush(): void {
    if (this.outbox.size > 0) this.transmit()
  }

  /** Sends what the outbox has and clears it. */
  protected abstract transmit(): void

  /** Whether it keeps the program alive. */
  abstract ref(): void
  abstract unref(): void
}

/** A link to the parent, which can be waited at with the thread blocked. */
export interface UpLink extends Link {
  /** Blocks until `isDone()`, which is asked after each frame. */
  block(isDone: () => boolean): void
}

/** A link to a child, which may be blocked. */
export interface DownLink extends Link {
  /** Hears what has arrived already, before the event loop would. */
  drain(): void
  /** The call that the child is blocked in, where its home is another isolate than this one. */
  blockedOn: Message | undefined
  /** Sends where a blocked child reads. */
  sendToBlocked(message: Message): void
}
