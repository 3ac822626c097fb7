import { spawn } from 'node:child_process'
import { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { type Channel, PortChannel, SocketChannel } from '../../wire/index.ts'
import { WriterHost } from './host.ts'
import type { FromWriter, ToWriter } from './protocol.ts'

/** Where a writer lives. */
export type WriterKind = 'thread' | 'process' | 'inline'

/** How a writer ended. */
export interface WriterEnd {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null
  readonly cause?: unknown
}

/** A writer, seen from its run. */
export interface WriterLink {
  /** The process it lives in. */
  readonly pid: number
  send(message: ToWriter): void
}

/** What a run wants to hear of its writer. */
export interface WriterEvents {
  readonly onMessage: (message: FromWriter) => void
  /** It has ended, in order or not. */
  readonly onEnd: (end: WriterEnd) => void
}

/** Starts a writer. */
export function startWriter(kind: WriterKind, events: WriterEvents): WriterLink {
  if (kind === 'inline') return inline(events)
  return kind === 'thread' ? thread(events) : child(events)
}

function thread({ onMessage, onEnd }: WriterEvents): WriterLink {
  // Without this process's own options: what a program preloads is of no use to a writer.
  // Its garbage is short-lived batches: a small space for them does as well, and costs 100 MB less.
  const worker = new Worker(entry('entry-thread'), {
    name: 'manyhands writer',
    execArgv: [],
    resourceLimits: { maxYoungGenerationSizeMb: 4 },
  })
  let cause: unknown
  worker.on('error', (error) => {
    cause = error
  })
  worker.on('exit', (exitCode) => onEnd({ exitCode, signal: null, cause }))
  return linked(process.pid, new PortChannel(worker), onMessage)
}

function child({ onMessage, onEnd }: WriterEvents): WriterLink {
  const process_ = spawn(process.execPath, [fileURLToPath(entry('entry-process'))], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
    // A process group of its own: Ctrl-C goes to the run, and the run tells its writer.
    detached: true,
    windowsHide: true,
  })
  let ended = false
  const end = (exitCode: number | null, signal: NodeJS.Signals | null, cause?: unknown): void => {
    if (!ended) onEnd({ exitCode, signal, cause })
    ended = true
  }
  process_.on('error', (error) => end(null, null, error))
  // Comes after the channel's end, so that nothing it said is lost.
  process_.on('close', (exitCode, signal) => end(exitCode, signal))
  const socket = process_.stdio[3]
  if (!(socket instanceof Socket)) throw new Error('A child process has no pipes')
  return linked(process_.pid ?? -1, new SocketChannel(socket), onMessage)
}

function linked(pid: number, channel: Channel, onMessage: (message: FromWriter) => void): WriterLink {
  channel.listen(
    (message) => onMessage(message as FromWriter),
    () => {},
  )
  return { pid, send: (message) => channel.send(message) }
}

/** On the run's own thread: for a few items, or where no thread can be started. */
function inline({ onMessage, onEnd }: WriterEvents): WriterLink {
  const host = new WriterHost(
    (message) => queueMicrotask(() => onMessage(message)),
    () => queueMicrotask(() => onEnd({ exitCode: 0, signal: null })),
  )
  return { pid: process.pid, send: (message) => host.receive(message) }
}

/** The file that a writer starts with: beside this one, a source or its build as this one is. */
function entry(name: 'entry-thread' | 'entry-process'): URL {
  return new URL(`./${name}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url)
}
