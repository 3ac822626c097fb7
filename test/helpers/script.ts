// Programs that a test starts and looks at from outside.
import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'node:test'

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

export interface Script {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
}

/** Starts test/fixtures/scripts/NAME, or the file of a URL; what still runs at the end of the test is killed. */
export function startScript(
  t: TestContext,
  file: string | URL,
  args: readonly string[] = [],
  options: {
    readonly env?: NodeJS.ProcessEnv
    readonly execArgv?: readonly string[]
    readonly detached?: boolean
    /** Started in place of Node, with Node and the script behind it. */
    readonly launcher?: readonly string[]
  } = {},
): Script {
  const path = fileURLToPath(file instanceof URL ? file : new URL(`../fixtures/scripts/${file}`, import.meta.url))
  // Not a test of its own: without this the child would report to the runner of this one.
  const { NODE_TEST_CONTEXT: _, ...env } = { ...process.env, ...options.env }
  const { launcher = [], execArgv = [] } = options
  const [program = '', ...rest] = [...launcher, process.execPath, ...execArgv, path, ...args]
  const child = spawn(program, rest, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: options.detached ?? false })
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
  t.after(() => child.kill('SIGKILL'))
  return { child, ended }
}

/** Runs a script to its end. */
export function runScript(...args: Parameters<typeof startScript>): Promise<Ended> {
  return startScript(...args).ended
}
