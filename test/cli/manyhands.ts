import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { openStore } from 'manyhands/run'

/** The command as npm installs it. */
export const COMMAND = fileURLToPath(new URL('../../bin/manyhands.mjs', import.meta.url))

/** A task of test/fixtures/cli/tasks.ts. */
export function taskOf(name: string): string {
  return `${fileURLToPath(new URL('../fixtures/cli/tasks.ts', import.meta.url))}#${name}`
}

/** How a command ended, and what it said. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
}

/** How to start a command. */
export interface Start {
  readonly cwd: string
  /** What it reads from stdin; null for one that stays open, for {@link Started.write}. */
  readonly input?: string | null
  readonly env?: NodeJS.ProcessEnv
  /** The user it runs as. @default this process's own */
  readonly uid?: number
}

const LOOKS = new Set(['CI', 'FORCE_COLOR', 'NO_COLOR', 'COLUMNS', 'NODE_OPTIONS', 'NODE_TEST_CONTEXT', 'npm_command'])

/** Without what would change how the command looks. */
export const ENV = Object.fromEntries(Object.entries(process.env).filter(([name]) => !LOOKS.has(name)))

/** A command that is running. */
export interface Started {
  readonly pid: number
  readonly ended: Promise<Ended>
  /** Resolves when stderr has said something. */
  said(what: RegExp): Promise<void>
  write(text: string): void
  kill(signal: NodeJS.Signals): void
}

interface Waiting {
  readonly what: RegExp
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/** Starts the command. */
export function start(args: readonly string[], { cwd, input, env, uid }: Start): Started {
  const as = uid === undefined ? {} : { uid }
  const child = spawn(process.execPath, [COMMAND, ...args], { cwd, env: { ...ENV, ...env }, ...as })
  const said: Record<'stdout' | 'stderr', string> = { stdout: '', stderr: '' }
  const waiting: Waiting[] = []
  const look = (): void => {
    for (const { what, resolve } of waiting) if (said.stderr.search(what) >= 0) resolve()
  }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text
      look()
    })
  }
  child.stdin.on('error', () => {})
  if (input !== null) child.stdin.end(input)
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      resolve({ code, signal, ...said })
      for (const { what, reject: giveUp } of waiting) giveUp(new Error(`It never said ${what}, but:\n${said.stderr}`))
    })
  })
  return {
    pid: child.pid ?? 0,
    ended,
    said: (what) =>
      new Promise((resolve, reject) => {
        waiting.push({ what, resolve, reject })
        look()
      }),
    write: (text) => void child.stdin.write(text),
    kill: (signal) => void child.kill(signal),
  }
}

/** Runs the command to its end. */
export function manyhands(args: readonly string[], options: Start): Promise<Ended> {
  return start(args, options).ended
}

/** A folder for one test, with files; its name has a space and a letter beyond ASCII. */
export function folderOf(t: TestContext, files: Readonly<Record<string, string>> = {}): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'manyhands é ')))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  write(folder, files)
  return folder
}

/** Writes files, and the folders they are in. */
export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
}

/** All files below a folder. */
export function listing(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
}

/** The results of a store, as a program reads them. */
export function resultsOf(store: string, cwd: string): Record<string, unknown> {
  const opened = openStore(join(cwd, store))
  const results = Array.from(opened.results(), ({ key, value }) => [key, value] as const)
  opened.close()
  return Object.fromEntries(results)
}
