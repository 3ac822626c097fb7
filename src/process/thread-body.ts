import { Worker } from 'node:worker_threads'
import { Words } from '../memory/index.ts'
import { PortChannel, placeThread, threadEnded } from '../wire/index.ts'
import type { BodyEnd, BodyOptions, WorkerBody } from './body.ts'
import { entryUrl } from './entry.ts'
import { HeapWatch, hardLimit } from './heap-watch.ts'
import { ThreadOutput } from './thread-output.ts'
import { BELL_COUNT, BELL_LINGERING, SHARED_WORDS } from './protocol.ts'

/**
 * How long a thread may take to end, in milliseconds. V8 compiles some loops without the check that would stop them, as
 * `for (;;) list.push(new Array(1000).fill(0))`; nobody should wait for such a thread. It spins on, though: only the end
 * of the process ends it.
 */
const KILL_PATIENCE = 5000

/** Starts a worker as a thread of this process. */
export function startThread({
  settings,
  program = 'agent',
  inheritOutput = false,
  memoryLimit,
  env,
  execArgv,
  onEnd,
}: BodyOptions): WorkerBody {
  const current = new Words(SHARED_WORDS)
  const output = inheritOutput ? null : new ThreadOutput()
  const place = placeThread()
  const thread = new Worker(entryUrl('thread', program), {
    name: settings.name,
    workerData: { ...settings, current: current.buffer, output: output?.port ?? null, place },
    transferList: output ? [output.port, place.port] : [place.port],
    ...(env && { env }),
    ...(execArgv && { execArgv: [...execArgv] }),
    ...(memoryLimit !== undefined && {
      resourceLimits: { maxOldGenerationSizeMb: hardLimit(memoryLimit) },
    }),
  })
  const channel = new PortChannel(
    thread,
    { words: current, count: BELL_COUNT, lingering: BELL_LINGERING, rings: true },
    place.address,
  )
  const heap = new HeapWatch(thread, memoryLimit, () => terminate())
  let failure: { readonly error: unknown } | undefined
  let killed = false
  thread.on('error', (error) => {
    failure = { error }
  })
  let ended = false
  let patience: NodeJS.Timeout | undefined
  const end = (exitCode: number): void => {
    if (ended) return
    ended = true
    clearTimeout(patience)
    heap.stop()
    threadEnded(place.address)
    output?.end()
    channel.ended()
    onEnd(threadEnd(exitCode, killed ? undefined : failure, heap.exceeded))
  }
  thread.on('exit', end)
  const terminate = (): void => {
    patience ??= setTimeout(() => {
      thread.unref()
      end(1)
    }, KILL_PATIENCE)
    void thread.terminate()
  }
  return {
    channel,
    pid: process.pid,
    current,
    outputs: output,
    kill() {
      killed = true
      terminate()
    },
    ref: () => thread.ref(),
    unref: () => thread.unref(),
    watch: (busy) => heap.watch(busy),
  }
}

function threadEnd(
  exitCode: number,
  failure: { readonly error: unknown } | undefined,
  exceeded: string | undefined,
): BodyEnd {
  if (exceeded !== undefined) return { reason: 'memory-limit', exitCode, signal: null, detail: exceeded }
  if (failure === undefined) return { reason: 'exit', exitCode, signal: null }
  const { error } = failure
  const outOfMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
  return { reason: outOfMemory ? 'out-of-memory' : 'uncaught', exitCode, signal: null, cause: error }
}
