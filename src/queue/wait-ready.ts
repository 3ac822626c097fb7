import { Readable } from 'node:stream'
import { InvalidOptionError } from '../errors/index.ts'
import { type Duration, waitTime } from '../options/index.ts'
import { Connection } from './connection.ts'

/**
 * What can be waited for: the end of a pipe that has something to receive, a stream or socket to read from, a promise
 * to settle.
 */
export type Waitable = Connection<never> | Connection | Readable | PromiseLike<unknown>

/** Options of {@link waitReady}. */
export interface ReadyOptions {
  /** @default for ever */
  readonly timeout?: Duration | undefined
  /** Ends the wait with the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Waits until at least one is ready, and resolves with all that are: connections (also at their end), streams and
 * sockets, and promises such as the `sentinel` of a process. With a timeout, the list may be empty. Python's
 * `multiprocessing.connection.wait`.
 *
 * @example
 * ```ts
 * import { Pipe, waitReady } from 'manyhands'
 *
 * const [a, b] = Pipe<string>()
 * const [c] = Pipe<string>()
 * await b.send('hello')
 * const ready = await waitReady([a, c], { timeout: 1000 })
 * console.log(ready.length, ready[0] === a) // 1 true
 * ```
 */
export async function waitReady<W extends Waitable>(
  objects: Iterable<W>,
  { timeout, signal }: ReadyOptions = {},
): Promise<W[]> {
  const list = [...objects]
  const settled = new Set<W>()
  for (const object of list) if (isPromise(object)) void noteEnd(object, () => settled.add(object))
  // So that promises that are settled already count at once.
  await new Promise((resolve) => setImmediate(resolve))
  const time = waitTime({ timeout })
  const ready = await readyOf(list, settled)
  if (ready.length > 0 || time === 0) return ready
  const stop = new AbortController()
  const signals = [
    stop.signal,
    ...(signal === undefined ? [] : [signal]),
    ...(time < 0 ? [] : [AbortSignal.timeout(Math.min(time, 2 ** 31 - 1))]),
  ]
  const either = AbortSignal.any(signals)
  // AbortSignal.timeout() does not keep the program alive; whoever waits here means to.
  const alive = time < 0 ? undefined : setTimeout(() => {}, Math.min(time, 2 ** 31 - 1) + 10)
  try {
    await Promise.race([aborted(either), ...list.map((object) => becomesReady(object, either))])
  } catch (error) {
    if (!either.aborted) throw error
  } finally {
    clearTimeout(alive)
    stop.abort()
  }
  signal?.throwIfAborted()
  return readyOf(list, settled)
}

async function readyOf<W extends Waitable>(list: readonly W[], settled: ReadonlySet<W>): Promise<W[]> {
  const states = await Promise.all(
    list.map(async (object) => {
      if (object instanceof Connection) return object.poll()
      return object instanceof Readable ? isReadable(object) : settled.has(object)
    }),
  )
  return list.filter((_, index) => states[index])
}

async function becomesReady(object: Waitable, signal: AbortSignal): Promise<void> {
  if (object instanceof Connection) {
    await (object as Connection).poll(Infinity, { signal })
  } else if (object instanceof Readable) {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        for (const event of EVENTS) object.off(event, done)
        resolve()
      }
      for (const event of EVENTS) object.on(event, done)
      signal.addEventListener('abort', done, { once: true })
    })
  } else if (isPromise(object)) {
    await noteEnd(object, () => {})
  } else {
    throw new InvalidOptionError('objects', 'connections, streams or promises', object)
  }
}

const EVENTS = ['readable', 'end', 'close', 'error'] as const

function isReadable(stream: Readable): boolean {
  return stream.readableLength > 0 || stream.readableEnded || stream.destroyed
}

function isPromise(object: Waitable): object is Extract<Waitable, PromiseLike<unknown>> {
  return 'then' in object
}

/** A rejected promise has ended as well. */
async function noteEnd(promise: PromiseLike<unknown>, note: () => void): Promise<void> {
  try {
    await promise
  } catch {
    // Whoever made the promise hears of it there.
  }
  note()
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
