// Processes for tests: of both kinds, with what they wrote, none left behind.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import type { TestContext } from 'node:test'
import { resolve } from 'node:path'
import { type BaseProcess, type OutputLine, Process, type ProcessOptions, Thread, activeChildren } from 'manyhands'
import { type Kind, WATCHDOG, eachKind, row } from './pools.ts'

/** One row, over both kinds. Whatever still runs at its end is ended and fails it. */
export function rowOfEach(
  name: string,
  body: (t: TestContext, kind: Kind) => void | Promise<void>,
  timeout = WATCHDOG,
): void {
  eachKind((kind) => rowOf(name, (t) => body(t, kind), timeout))
}

/** One row that looks after its processes as {@link rowOfEach} does. */
export function rowOf(name: string, body: (t: TestContext) => void | Promise<void>, timeout = WATCHDOG): void {
  row(
    name,
    async (t) => {
      try {
        await body(t)
        assert.deepEqual(
          activeChildren().map((child) => child.name),
          [],
          'still runs',
        )
      } finally {
        await Promise.all(activeChildren().map((child) => child[Symbol.asyncDispose]()))
      }
    },
    timeout,
  )
}

export function make<A extends readonly unknown[] = never[]>(kind: Kind, options: ProcessOptions<A> = {}): BaseProcess {
  return kind === 'thread' ? new Thread(options) : new Process(options)
}

/** A process and what it wrote, by stream. */
export interface Written {
  readonly process: BaseProcess
  readonly out: string[]
  readonly err: string[]
}

/** A started process whose lines are collected. */
export function started<A extends readonly unknown[] = never[]>(kind: Kind, options: ProcessOptions<A>): Written {
  const { output, out, err } = collector()
  const process = make(kind, { ...options, output })
  process.start()
  return { process, out, err }
}

/** An `output` option that collects. */
export function collector(): Omit<Written, 'process'> & { output: (line: OutputLine) => void } {
  const out: string[] = []
  const err: string[] = []
  return { out, err, output: ({ text, stream }) => void (stream === 'stdout' ? out : err).push(text) }
}

/** A process that ran to its end. */
export async function ran<A extends readonly unknown[] = never[]>(
  kind: Kind,
  options: ProcessOptions<A>,
): Promise<Written & { readonly code: number | null }> {
  const written = started(kind, options)
  return { ...written, code: await written.process.join() }
}

/** Path of a fixture script or module. */
export function fixture(name: string): string {
  return resolve(import.meta.dirname, '../fixtures/processes', name)
}

/** A program that ended. */
export interface Program {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly err: string
}

/** Runs a fixture script as a program of its own, in a process group of its own, to its end. */
export async function runScript(
  name: string,
  args: readonly string[] = [],
  onOutput?: (child: { closeOutput(): void }) => void,
  onStart?: (pid: number) => void,
): Promise<Program> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const child = spawn(process.execPath, [fixture(name), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
    detached: true,
  })
  if (child.pid !== undefined) onStart?.(child.pid)
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => {
    out += chunk
    onOutput?.({ closeOutput: () => child.stdout.destroy() })
  })
  child.stderr.on('data', (chunk) => (err += chunk))
  const { promise, resolve } = Promise.withResolvers<[number | null, NodeJS.Signals | null]>()
  child.on('close', (code, signal) => resolve([code, signal]))
  const [code, signal] = await promise
  return { code, signal, out, err }
}
