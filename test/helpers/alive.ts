import { readFileSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import type { Visitor } from './gate.ts'

/** Whether a process runs; one that ended and was not yet fetched by its parent (a zombie) does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  try {
    return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'))
  } catch {
    return process.platform !== 'linux'
  }
}

/** Resolves when the process of a task at the gate is gone: its connection ends a moment before it does. */
export async function death({ gone, pid }: Visitor): Promise<void> {
  await gone
  while (isAlive(pid)) await turn()
}
