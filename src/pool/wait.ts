import { InvalidOptionError } from '../errors/index.ts'
import type { Duration } from '../options/index.ts'
import { Deadline } from './deadline.ts'
import { Future } from './future.ts'

/** Options of {@link wait}. */
export interface WaitOptions {
  /** How long to wait at most. @default for ever */
  readonly timeout?: Duration | undefined
  /**
   * What ends the wait: `'first-completed'`: any future is done; `'first-exception'`: any threw, or all are done;
   * `'all-completed'`: all are done.
   *
   * @default 'all-completed'
   */
  readonly returnWhen?: 'all-completed' | 'first-completed' | 'first-exception' | undefined
}

/** What {@link wait} found. */
export interface WaitResult<F> {
  /** Finished or cancelled, in the order in which they were seen to be. */
  readonly done: Set<F>
  readonly notDone: Set<F>
}

/**
 * Waits for futures, of one executor or of several: Python's `concurrent.futures.wait`. It never throws what a call
 * threw, nor when the time is over.
 *
 * A future that was only cancelled counts as done when its executor has taken note, which those here do at once.
 *
 * @example
 * ```ts
 * import { ThreadPoolExecutor, wait } from 'manyhands'
 *
 * await using executor = new ThreadPoolExecutor({ maxWorkers: 2 })
 * const futures = [1, 2, 3].map((x) => executor.submit((value: number) => value * 2, x))
 * const { done, notDone } = await wait(futures, { timeout: '10s', returnWhen: 'all-completed' })
 * console.log(done.size, notDone.size) // 3 0
 * ```
 */
export async function wait<F extends Future<unknown>>(
  futures: Iterable<F>,
  options: WaitOptions = {},
): Promise<WaitResult<F>> {
  const { timeout, returnWhen = 'all-completed' } = options
  if (!['all-completed', 'first-completed', 'first-exception'].includes(returnWhen)) {
    throw new InvalidOptionError('returnWhen', "'all-completed', 'first-completed' or 'first-exception'", returnWhen)
  }
  const deadline = new Deadline(timeout)
  const notDone = requireFutures(futures)
  const done = new Set([...notDone].filter((future) => future.ended))
  for (const future of done) notDone.delete(future)
  const ends = (future: F): boolean =>
    returnWhen === 'first-completed' || (returnWhen === 'first-exception' && future.failed)
  if (notDone.size > 0 && ![...done].some(ends))
    await new Promise<void>((resolve) => {
      const stop = (): void => {
        stopTimer()
        for (const future of notDone) future.removeWaiter(told)
        resolve()
      }
      const told = (future: F): void => {
        notDone.delete(future)
        done.add(future)
        if (notDone.size === 0 || ends(future)) stop()
      }
      const stopTimer = deadline.start(stop)
      for (const future of notDone) future.addWaiter(told)
    })
  return { done, notDone }
}

/** The futures, each once. */
export function requireFutures<F extends Future<unknown>>(futures: Iterable<F>): Set<F> {
  if (typeof futures !== 'object' || !(Symbol.iterator in futures)) {
    throw new InvalidOptionError('futures', 'an iterable of futures', futures)
  }
  const all = new Set(futures)
  for (const future of all) {
    if (!(future instanceof Future)) throw new InvalidOptionError('futures', 'futures of an executor', future)
  }
  return all
}
