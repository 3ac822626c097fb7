/** Why a run was stopped. */
export type StopReason = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'abort' | 'halt' | 'limit'

/**
 * A way to stop a run from outside, in two steps. The first request: nothing more is handed out, what is in hand may
 * finish within `grace`, everything is saved, and `run()` resolves with its report. The second, or the end of the
 * grace: what is in hand is dropped, for the next run to do; what is finished is still saved.
 *
 * @example
 * ```ts
 * import { Stop, run } from 'manyhands/run'
 *
 * const stop = new Stop()
 * const running = run(async (n: number) => n, [1, 2, 3], { kind: 'thread', stop })
 * stop.request()
 * const report = await running
 * console.log(report.stoppedBy) // 'abort'
 * ```
 */
export class Stop {
  #requests = 0
  #reason: StopReason | undefined
  readonly #listeners = new Set<() => void>()

  /** Why it was requested; undefined before. */
  get reason(): StopReason | undefined {
    return this.#reason
  }

  /** How far it went: `'now'` from the second request. */
  get state(): 'no' | 'soon' | 'now' {
    return this.#requests === 0 ? 'no' : this.#requests === 1 ? 'soon' : 'now'
  }

  /** Asks once. The reason of the first request stays. */
  request(reason: StopReason = 'abort'): void {
    this.#requests++
    this.#reason ??= reason
    for (const listener of this.#listeners) listener()
  }

  /** Asks for both steps at once. */
  requestNow(reason: StopReason = 'abort'): void {
    this.request(reason)
    if (this.#requests < 2) this.request(reason)
  }

  /** Calls a listener at each request. Returns how to take it off again. */
  onRequest(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}

/**
 * Turns signals of the operating system into requests, for a program that ends with its run: the first Ctrl-C lets what
 * is in hand finish, the second does not.
 *
 * @returns how to give the signals back.
 *
 * @example
 * ```ts
 * import { Stop, run, stopOnSignals } from 'manyhands/run'
 *
 * const stop = new Stop()
 * const release = stopOnSignals(stop)
 * const report = await run(async (n: number) => n, [1, 2, 3], { kind: 'thread', stop })
 * release()
 * process.exitCode = report.exitCode
 * ```
 */
export function stopOnSignals(
  stop: Stop,
  signals: readonly ('SIGINT' | 'SIGTERM' | 'SIGHUP')[] = ['SIGINT', 'SIGTERM'],
): () => void {
  const listeners = signals.map((signal) => [signal, () => stop.request(signal)] as const)
  for (const [signal, listener] of listeners) process.on(signal, listener)
  return () => {
    for (const [signal, listener] of listeners) process.off(signal, listener)
  }
}

/** Exit code of a run that was stopped: 128 and the number of the signal; of Ctrl-C where there was none. */
export function stopExitCode(reason: StopReason): number | undefined {
  switch (reason) {
    case 'SIGTERM':
      return 143
    case 'SIGHUP':
      return 129
    case 'SIGINT':
    case 'abort':
      return 130
    case 'halt':
      return 1
    case 'limit':
      return undefined
  }
}
