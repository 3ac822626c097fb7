// The programs that manyhands is measured against. One that is missing is named and skipped.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Bench } from './figure.ts'

/** Folder of the peers, each in its own language. */
export const PEERS = fileURLToPath(new URL('../peers', import.meta.url))

const known = new Map<string, boolean>()

/** Whether a program can be run here. Says so where not. */
export function has(bench: Bench, program: string): boolean {
  let found = known.get(program)
  if (found === undefined) known.set(program, found = spawnSync('sh', ['-c', `command -v ${program}`]).status === 0)
  if (!found) bench.skip(program, 'it is not installed')
  return found
}

/** Whether the pools from npm are there. They are installed when first asked for, not with the project itself. */
export function hasPools(bench: Bench): boolean {
  if (existsSync(`${PEERS}/node_modules/piscina`)) return true
  if (known.get('pools') === undefined) {
    const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: PEERS, stdio: 'ignore' })
    known.set('pools', status === 0)
  }
  if (known.get('pools') === true) return true
  bench.skip('piscina, tinypool, workerpool, jest-worker', `npm ci in ${PEERS} failed`)
  return false
}
