// A program that takes part in a benchmark. It stays alive between rounds, so that it is measured warm, and takes turns
// with the others. It reads one JSON object a line, `{"case": "burst", "n": 1000}`, and answers with one a line:
// numbers that it measured, and strings that were right answers; or `{"error": "…"}`.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { treeCpu } from './process-tree.ts'

export type Answer = Readonly<Record<string, number | string>>

/** How long one round may take before a contender counts as hanging, in milliseconds. */
const PATIENCE = 240_000

export class Contender {
  readonly name: string
  readonly #start: () => ChildProcess
  #running: { readonly child: ChildProcess; readonly answers: AsyncIterator<string> } | undefined

  /** The program starts when it is first asked. */
  constructor(name: string, command: string, args: readonly string[]) {
    this.name = name
    this.#start = () => spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  }

  #run(): { readonly child: ChildProcess; readonly answers: AsyncIterator<string> } {
    const child = this.#start()
    const { stdin, stdout } = child
    if (!stdin || !stdout) throw new Error(`${this.name}: its streams could not be opened`)
    child.on('error', () => stdout.destroy())
    stdin.on('error', () => {})
    return { child, answers: createInterface({ input: stdout })[Symbol.asyncIterator]() }
  }

  /** Runs one case. The answer gets `cpu`: milliseconds of processor time of the program and all it started. */
  async ask(name: string, parameters: object = {}): Promise<Answer> {
    const { child, answers } = (this.#running ??= this.#run())
    const before = treeCpu(child.pid)
    child.stdin?.write(`${JSON.stringify({ case: name, ...parameters })}\n`)
    const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE)
    const { value, done } = await answers.next()
    clearTimeout(timer)
    if (done === true) throw new Error(`${this.name}: the program ended in ${name}`)
    const answer = JSON.parse(value) as Answer
    if (typeof answer['error'] === 'string') throw new Error(`${this.name}: ${answer['error']}`)
    return { ...answer, cpu: treeCpu(child.pid) - before }
  }

  /** Ends the program. */
  async end(): Promise<void> {
    const child = this.#running?.child
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.stdin?.end()
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
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
