import { Worker } from 'node:worker_threads'
import { Words } from '../memory/index.ts'
import { PortChannel, placeThread, threadEnded } from '../wire/index.ts'
import type { BodyEnd, BodyOptions, WorkerBody } from './body.ts'
import { entryUrl } from './entry.ts'
import { ThreadOutput } from './thread-output.ts'
import { BELL_COUNT, BELL_LINGERING, SHARED_WORDS } from './protocol.ts'

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
      resourceLimits: { maxOldGenerationSizeMb: Math.max(4, memoryLimit / 1024 ** 2) },
    }),
  })
  const channel = new PortChannel(
    thread,
    { words: current, count: BELL_COUNT, lingering: BELL_LINGERING, rings: true },
    place.address,
  )
  let failure: { readonly error: unknown } | undefined
  let killed = false
  thread.on('error', (error) => {
    failure = { error }
  })
  thread.on('exit', (exitCode) => {
    threadEnded(place.address)
    output?.end()
    channel.ended()
    onEnd(threadEnd(exitCode, failure, killed))
  })
  return {
    channel,
    pid: process.pid,
    current,
    outputs: output,
    kill() {
      killed = true
      void thread.terminate()
    },
    ref: () => thread.ref(),
    unref: () => thread.unref(),
  }
}

function threadEnd(exitCode: number, failure: { readonly error: unknown } | undefined, killed: boolean): BodyEnd {
  if (failure === undefined || killed) return { reason: 'exit', exitCode, signal: null }
  const { error } = failure
  const outOfMemory = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'
  return { reason: outOfMemory ? 'out-of-memory' : 'uncaught', exitCode, signal: null, cause: error }
}
