/**
 * The end of a process as something to wait for: it can be awaited, or given to whatever waits for one of many things.
 */
export interface Sentinel extends Promise<void> {
  /** Whether the process has ended. */
  readonly ended: boolean
}

/** A sentinel for what ends when `end()` is called. */
export function makeSentinel(): { readonly sentinel: Sentinel; end(): void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  let ended = false
  return {
    sentinel: Object.defineProperty(promise, 'ended', { get: () => ended, enumerable: true }) as Sentinel,
    end() {
      ended = true
      resolve()
    },
  }
}
