/**
 * The two-way link between a worker and its owner. It carries values in order, each one whole or not at all.
 *
 * A channel ends once, from either side or because the other side died; what had arrived before is delivered first.
 */
export interface Channel {
  /**
   * Sends one value.
   *
   * @throws NotSerializableError when the value holds what cannot travel; nothing was sent then.
   */
  send(message: unknown): void
  /**
   * Begins to deliver: each message in order, then the end.
   *
   * @param onUnreadable - takes what a message that cannot be decoded throws, in its place in the order, with a
   * function that tries again: the class of something in it may be registered by then. Without it, that is thrown.
   */
  listen(onMessage: (message: unknown) => void, onEnd: () => void, onUnreadable?: OnUnreadable): void
  /**
   * Holds the thread for up to so many milliseconds, until a message comes, and delivers it: waking a thread that
   * waits so costs a fraction of waking an event loop. Only a channel between threads can.
   */
  linger?(milliseconds: number): void
  /**
   * Resolves when nothing that was sent waits in this process any more, where it would be lost with it; undefined when
   * that is so already.
   */
  drained?(): Promise<void> | undefined
  /** Whether it is known to have ended before the other side read all that was sent. */
  readonly unread?: boolean
  /** Whether waiting for messages keeps the program alive. */
  ref(): void
  unref(): void
  /** Ends the channel here; the other side sees the end after what was sent before. */
  end(): void
}

/** See {@link Channel.listen}. */
export type OnUnreadable = (error: unknown, again: () => unknown) => void

/** What `Worker`, `parentPort` and `MessagePort` have in common. */
export interface PortLike {
  postMessage(message: unknown, transfer?: readonly unknown[]): void
  on(event: 'message', listener: (message: unknown) => void): unknown
  ref(): void
  unref(): void
}
