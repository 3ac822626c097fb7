// What the rest of the machine does meanwhile: a shared machine gives other figures than a quiet one.
import { readFileSync } from 'node:fs'
import { treeCpu } from './process-tree.ts'

/** Starts to look; the function that it gives tells how many processors others used since. NaN where nobody knows. */
export function watchOthers(): () => number {
  const [busy, own, start] = [busyTime(), treeCpu(process.pid), performance.now()]
  return () => {
    const others = busyTime() - busy - (treeCpu(process.pid) - own)
    return Math.max(0, others / (performance.now() - start))
  }
}

/** Milliseconds that all processors worked, or were taken by the host of this virtual machine. */
function busyTime(): number {
  try {
    const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n')
    const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line.split(/\s+/).slice(1).map(Number)
    return (user + nice + system + irq + softirq + steal) * 10
  } catch {
    return NaN
  }
}
