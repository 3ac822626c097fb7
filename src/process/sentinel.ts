/** The end of a process as something to wait for: it can be awaited, or given to whatever waits for one of many things. */
export class Sentinel implements PromiseLike<void> {
  readonly #promise: Promise<void>
  readonly #resolve: () => void
  #ended = false

  /** @internal */
  constructor(ended: boolean) {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#promise = promise
    this.#resolve = resolve
    if (ended) this.end()
  }

  /** Whether the process has ended. */
  get ended(): boolean {
    return this.#ended
  }

  then<R = void, E = never>(
    onEnded?: ((value: void) => R | PromiseLike<R>) | null, onRejected?: ((reason: unknown) => E | PromiseLike<E>) | null,
  ): Promise<R | E> {
    return this.#promise.then(onEnded, onRejected)
  }

  /** @internal */
  end(): void {
    this.#ended = true
    this.#resolve()
  }
}
