import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { SocketChannel, linkProcess, placeProcess } from '../wire/index.ts'
import type { BodyEnd, BodyOptions, WorkerBody } from './body.ts'
import { childExecArgv, entryUrl } from './entry.ts'
import { startReaper, watchChild } from './reaper.ts'

/** The descriptor of the channel in the child. */
export const CHANNEL_FD = 3

/** Those of the link for shared objects: what the child says, and what it hears. */
export const UP_FD = 4
export const DOWN_FD = 5

/** What Node and its libraries need besides the heap: the resident size may be this much over the limit. */
const RUNTIME_BYTES = 128 * 1024 ** 2

/** How often the resident size of a busy child is looked at, in milliseconds. */
const WATCH_EVERY = 200

/** How long after the exit its last output is waited for, in milliseconds, where somebody else still holds it open. */
const DRAIN_FOR = 250

/** How often more output may come in that time. */
const DRAIN_ROUNDS = 20

/** Starts a worker as a process of its own. */
export function startProcess(options: BodyOptions): WorkerBody {
  // Before the child, so that a child is never without it.
  if (options.outlives !== true) startReaper()
  const { settings, program = 'agent', inheritOutput = false, outlives = false } = options
  const { memoryLimit, env, execArgv, onEnd } = options
  const limit =
    memoryLimit === undefined ? [] : [`--max-old-space-size=${Math.max(4, Math.floor(memoryLimit / 1024 ** 2))}`]
  const arguments_ = [...(execArgv ?? childExecArgv()), ...limit, fileURLToPath(entryUrl('process', program))]
  const output = inheritOutput ? 'inherit' : 'pipe'
  const address = placeProcess()
  const child = spawn(process.execPath, arguments_, {
    stdio: ['ignore', output, output, 'pipe', 'pipe', 'pipe'],
    env: { ...(env ?? process.env), MANYHANDS_WORKER: JSON.stringify({ ...settings, address }) },
    windowsHide: true,
  })
  let startError: Error | undefined
  let finished = false
  child.on('error', (error) => {
    // Also emitted when a signal could not be sent; only a child without an id never started.
    if (child.pid === undefined) {
      startError = error
      finish(null, null)
    }
  })
  const { stdout, stderr, stdio } = child
  // Pipes are sockets; their types cannot know. Where the system has no more descriptors, there are none.
  const [socket, up, down] = ((stdio as typeof stdio | undefined) ?? []).slice(CHANNEL_FD)
  if (!(socket instanceof Socket && up instanceof Socket && down instanceof Socket)) {
    finished = true
    throw new Error('too many open files: raise the limit (`ulimit -n`), or use fewer workers')
  }
  const outputs = stdout instanceof Socket && stderr instanceof Socket ? { stdout, stderr } : null
  const streams = outputs ? [outputs.stdout, outputs.stderr, socket] : [socket]
  const received = (): number => streams.reduce((sum, stream) => sum + stream.bytesRead, 0)
  if (!outlives) watchChild(child)
  const channel = new SocketChannel(socket, address)
  linkProcess(address, up, down)
  const memory = new MemoryWatch(child, memoryLimit)
  const errorText = outputs ? new Tail(outputs.stderr) : undefined

  // 'close' comes after the exit and the end of all its streams, the channel among them: nothing it sent or wrote is
  // lost. A grandchild that holds its output open must not hold back the news of its death, though.
  let drained: NodeJS.Timeout | undefined
  child.on('close', finish)
  child.on('exit', (exitCode, signal) => drain(exitCode, signal, DRAIN_ROUNDS))
  function drain(exitCode: number | null, signal: NodeJS.Signals | null, rounds: number): void {
    const before = received()
    const look = (): void => {
      if (!finished && rounds > 1 && received() > before) drain(exitCode, signal, rounds - 1)
      else finish(exitCode, signal)
    }
    // A timer that is late comes before what there is to read; an immediate comes after it.
    drained = setTimeout(() => setImmediate(look), DRAIN_FOR)
  }
  function finish(exitCode: number | null, signal: NodeJS.Signals | null): void {
    if (finished) return
    finished = true
    clearTimeout(drained)
    memory.stop()
    // Where somebody else still holds its descriptors, or it never started: the parties of its link hear of it now.
    up?.destroy()
    onEnd(
      startError
        ? { reason: 'start', exitCode: null, signal: null, cause: startError, detail: startError.message }
        : processEnd(exitCode, signal, memory.exceeded, errorText?.text ?? ''),
    )
  }
  return {
    channel,
    pid: child.pid ?? -1,
    current: undefined,
    outputs,
    kill: (signal = 'SIGKILL') => void child.kill(signal),
    ref() {
      child.ref()
      for (const stream of streams) stream.ref()
    },
    unref() {
      child.unref()
      for (const stream of streams) stream.unref()
    },
    watch: (busy) => (busy ? memory.start() : memory.stop()),
  }
}

function processEnd(
  exitCode: number | null,
  signal: NodeJS.Signals | null,
  exceeded: string | undefined,
  errorText: string,
): BodyEnd {
  if (exceeded !== undefined) return { reason: 'memory-limit', exitCode, signal, detail: exceeded }
  if (
    /heap out of memory|Fatal process out of memory|invalid array length Allocation failed/i.test(errorText) &&
    (signal !== null || exitCode !== 0)
  ) {
    return { reason: 'out-of-memory', exitCode, signal }
  }
  return { reason: signal === null ? 'exit' : 'signal', exitCode, signal }
}

/** The last few kilobytes of a stream. */
class Tail {
  text = ''

  constructor(stream: Readable) {
    stream.on('data', (chunk: Buffer) => {
      this.text = (this.text + chunk.toString('latin1')).slice(-8192)
    })
  }
}

/**
 * Ends a child that grows beyond its limit outside the JavaScript heap, where Node's own limit does not reach. The
 * kernel has no event for that, so a busy child with a limit is looked at now and then; an idle one is not.
 */
class MemoryWatch {
  readonly #child: ChildProcess
  readonly #limit: number | undefined
  #timer: NodeJS.Timeout | undefined
  exceeded: string | undefined

  constructor(child: ChildProcess, limit: number | undefined) {
    this.#child = child
    this.#limit = limit === undefined ? undefined : limit + RUNTIME_BYTES
  }

  start(): void {
    if (this.#limit === undefined || process.platform !== 'linux') return
    this.#timer ??= setInterval(() => this.#look(), WATCH_EVERY).unref()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #look(): void {
    const resident = residentBytes(this.#child.pid)
    if (this.#limit === undefined || resident <= this.#limit) return
    this.exceeded = `${Math.round(resident / 1024 ** 2)} MB resident`
    this.stop()
    this.#child.kill('SIGKILL')
  }
}

function residentBytes(pid: number | undefined): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}
