// One run of a command from its start to its end: what a user waits for.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

export interface CommandRun {
  /** Milliseconds from start to end. */
  readonly wall: number
  /** Milliseconds of processor time, of the command and all that it waited for. */
  readonly cpu: number
  readonly output: string
}

/** Runs a line of POSIX shell. The shell's own `times` tells the processor time. */
export async function runCommand(line: string): Promise<CommandRun> {
  const start = performance.now()
  const child = spawn('sh', ['-c', `{ ${line}\n} 3>&- ; status=$?; times >&3; exit $status`], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close') as Promise<[number | null]>
  const [, stdout, stderr, third] = child.stdio
  const [output, errors, times] = await Promise.all([stdout, stderr, third].map(textOf))
  const [status] = await ended
  const wall = performance.now() - start
  if (status !== 0) throw new Error(`exit code ${status}: ${line}\n${errors?.slice(-2000)}`)
  return { wall, cpu: cpuOf(times ?? ''), output: output ?? '' }
}

async function textOf(stream: unknown): Promise<string> {
  return text(stream as NodeJS.ReadableStream)
}

/** `times` prints two lines of `0m1.23s`: the shell's own user and system time, then its children's. */
function cpuOf(times: string): number {
  let sum = 0
  for (const [, minutes, seconds] of times.matchAll(/(\d+)m([\d.]+)s/g)) sum += Number(minutes) * 60_000 + Number(seconds) * 1000
  return sum
}

export function quoted(path: string): string {
  return `'${path.replaceAll("'", String.raw`'\''`)}'`
}
