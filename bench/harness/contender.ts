// A program that takes part in a benchmark. It stays alive between rounds, so that it is measured warm, and takes turns
// with the others. It reads one JSON object a line, `{"case": "burst", "n": 1000}`, and answers with one a line: numbers
// that it measured, and strings that were right answers; or `{"error": "…"}`.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { treeCpu } from './process-tree.ts'

export type Answer = Readonly<Record<string, number | string>>

/** How long one round may take before a contender counts as hanging, in milliseconds. */
const PATIENCE = 240_000

export class Contender {
  readonly name: string
  readonly #child: ChildProcess
  readonly #answers: AsyncIterator<string>

  constructor(name: string, command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.name = name
    this.#child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } })
    if (!this.#child.stdout) throw new Error(`${command} has no output`)
    this.#answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]()
    this.#child.on('error', () => this.#child.stdout?.destroy())
    this.#child.stdin?.on('error', () => {})
  }

  /** Runs one case. The answer gets `cpu`: milliseconds of processor time of the program and all it started. */
  async ask(name: string, parameters: object = {}): Promise<Answer> {
    const before = treeCpu(this.#child.pid)
    this.#child.stdin?.write(`${JSON.stringify({ case: name, ...parameters })}\n`)
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), PATIENCE)
    const { value, done } = await this.#answers.next()
    clearTimeout(timer)
    if (done === true) throw new Error(`${this.name}: the program ended in ${name}`)
    const answer = JSON.parse(value) as Answer
    if (typeof answer['error'] === 'string') throw new Error(`${this.name}: ${answer['error']}`)
    return { ...answer, cpu: treeCpu(this.#child.pid) - before }
  }

  /** Ends the program. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.pid === undefined) return
    const ended = once(this.#child, 'exit')
    this.#child.stdin?.end()
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5000)
    await ended
    clearTimeout(timer)
  }
}

/** Starts a program for one case, and ends it: for what is only true of a fresh one. */
export async function askOnce(make: () => Contender, name: string, parameters: object = {}): Promise<Answer> {
  const contender = make()
  try {
    return await contender.ask(name, parameters)
  } finally {
    await contender.end()
  }
}
