import { spawn, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { COMMAND, ENV } from './manyhands.ts'

const { status } = spawnSync('python3', ['-c', 'import pty, termios'])

/** Why there is no pseudo-terminal here; false where there is one. */
export const noTerminal = status !== 0 && 'there is no python3 with pty'

/** What to do when the terminal shows a text. */
export type Step = readonly [shows: string, action: 'type' | 'resize' | 'signal' | 'touch', value: string]

/** The terminal, and what happens in it. */
export interface Session {
  /** @default 60 */
  readonly columns?: number
  readonly steps?: readonly Step[]
  readonly env?: NodeJS.ProcessEnv
}

/** Runs the command in a pseudo-terminal. */
export function inTerminal(
  args: readonly string[],
  cwd: string,
  { columns = 60, steps = [], env: more }: Session = {},
): Promise<{ readonly code: number | null; readonly output: string }> {
  const helper = fileURLToPath(new URL('terminal.py', import.meta.url))
  const words = [helper, String(columns), '24', JSON.stringify(steps), process.execPath, COMMAND, ...args]
  const env = { ...ENV, TERM: 'xterm-256color', ...more }
  const child = spawn('python3', words, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}

/** What a terminal shows in the end, scrolled-away lines included, and what happened on the way. */
export interface Shown {
  readonly lines: readonly string[]
  readonly cursor: 'shown' | 'hidden'
  /** Lines that were too wide and wrapped, while a live region was painted. */
  readonly wraps: number
}

/** As much of a terminal as the command uses: lines, wrapping, moving up, clearing down, the cursor. */
export function show(output: string, columns: number): Shown {
  const lines: string[][] = [[]]
  let [row, column, wraps] = [0, 0, 0]
  let cursor: Shown['cursor'] = 'shown'
  for (const [token] of output.matchAll(/\x1b\[[0-9;?]*[A-Za-z]|\r|\n|[^\x1b\r\n]/gu)) {
    if (token === '\r') column = 0
    else if (token === '\n') row++
    else if (/^\x1b\[\d*A$/.test(token)) row = Math.max(0, row - (Number.parseInt(token.slice(2), 10) || 1))
    else if (token === '\x1b[J') {
      lines.splice(row + 1)
      lines[row]?.splice(column)
    } else if (token === '\x1b[?25l' || token === '\x1b[?25h') cursor = token.endsWith('l') ? 'hidden' : 'shown'
    else if (!token.startsWith('\x1b')) {
      if (column === columns) {
        ;[row, column] = [row + 1, 0]
        if (cursor === 'hidden') wraps++
      }
      while (lines.length <= row) lines.push([])
      const line = lines[row] ?? []
      while (line.length < column) line.push(' ')
      line[column++] = token
    }
    while (lines.length <= row) lines.push([])
  }
  return { lines: lines.map((line) => line.join('').trimEnd()), cursor, wraps }
}
