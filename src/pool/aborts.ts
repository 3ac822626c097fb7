/** The calls that one signal may cancel. */
interface Listening {
  readonly aborts: Set<() => void>
  readonly stop: () => void
}

/**
 * One listener a signal, however many calls it may cancel: an EventTarget walks through all its listeners to add one,
 * and for thousands of calls made with the same signal that costs more than the calls.
 */
export class Aborts {
  readonly #signals = new WeakMap<AbortSignal, Listening>()

  /** Calls `abort` when the signal aborts; the function that it gives forgets it. */
  listen(signal: AbortSignal, abort: () => void): () => void {
    const listening = this.#signals.get(signal) ?? this.#begin(signal)
    listening.aborts.add(abort)
    return () => {
      listening.aborts.delete(abort)
      if (listening.aborts.size === 0 && this.#signals.get(signal) === listening) listening.stop()
    }
  }

  #begin(signal: AbortSignal): Listening {
    const aborts = new Set<() => void>()
    const stop = (): void => {
      this.#signals.delete(signal)
      signal.removeEventListener('abort', onAbort)
    }
    const onAbort = (): void => {
      stop()
      for (const abort of aborts) abort()
    }
    signal.addEventListener('abort', onAbort, { once: true })
    const listening = { aborts, stop }
    this.#signals.set(signal, listening)
    return listening
  }
}
