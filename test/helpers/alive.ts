import { readFileSync } from 'node:fs'

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
