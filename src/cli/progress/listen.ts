import { type Failure, type RunEvent, type RunOptions, openStore } from '../../run/index.ts'
import { cpuCount } from '../../index.ts'
import type { Cli } from '../cli.ts'
import { withFlags } from '../errors.ts'
import type { Display, Miss } from './display.ts'
import { stoppingSentence } from './sentences.ts'
import { Watch } from './watch.ts'

/** The options of a run that make it tell what happens. */
type Listeners = Pick<RunOptions, 'onEvent' | 'onProgress' | 'progressInterval' | 'output'>

const FRAME = 100

/** So many inputs are looked up before the first is handed out, so it is known then how many of them are done. */
const LOOKED_UP = 1000

/**
 * Tells a display what happens in a run. The display begins when the first item is handed out.
 *
 * @returns options for the run, and what to call at its end.
 */
export function listen(
  task: string,
  options: RunOptions,
  display: Display,
  cli: Cli,
): { readonly listeners: Listeners; readonly end: () => void } {
  const watch = new Watch()
  let total: number | undefined
  let state: 'waiting' | 'started' | 'begun' = 'waiting'

  const begin = (): void => {
    if (state !== 'started') return
    state = 'begun'
    const { workers = cpuCount(), kind = 'process', store } = options
    const { before, failedBefore } = watch.earlier
    const isExact = total !== undefined && total <= LOOKED_UP
    display.begin(
      {
        task,
        store: store === undefined ? null : String(store),
        total: total ?? null,
        isExact,
        before: isExact ? before : Math.max(before, storedCount(store)),
        failedBefore,
        workers,
        kind,
      },
      watch.view,
    )
  }

  const onEvent = (event: RunEvent): void => {
    switch (event.type) {
      case 'start':
        state = 'started'
        total = event.total
        return
      case 'retry':
        begin()
        return display.retry(missOf(event, event.attempt), event.delay)
      case 'failed':
        begin()
        return display.failure(missOf(event, event.attempts))
      case 'warning':
        return cli.warn(withFlags(event.message))
      case 'stopping':
        return display.stopping(stoppingSentence(event, options.grace))
      default:
    }
  }
  const listeners: Listeners = {
    onEvent,
    onProgress: (snapshot) => {
      watch.take(snapshot)
      if (snapshot.inHand > 0) begin()
    },
    progressInterval: FRAME,
    output: ({ worker, text }) => display.log(worker, text),
  }
  const end = (): void => {
    begin()
    display.end()
  }
  return { listeners, end }
}

function missOf({ key, error, worker }: Pick<Failure, 'key' | 'error' | 'worker'>, attempts: number): Miss {
  return { key, error: errorLine(error), attempts, worker }
}

/** An error as one line says it, beside its item: without the call, which the item says shorter. */
export function errorLine({ name, message }: { readonly name: string; readonly message: string }): string {
  const short = name === 'WorkerDiedError' ? message.replace(/ while it ran [^]*$/, '') : message
  return short === '' ? name : `${name}: ${short}`
}

/** How many items a store has done, to say about how much is left of very many inputs. */
function storedCount(path: string | URL | undefined): number {
  if (path === undefined) return 0
  try {
    const store = openStore(path)
    try {
      return store.status().done
    } finally {
      store.close()
    }
  } catch {
    // The run itself says what is wrong with it.
    return 0
  }
}
