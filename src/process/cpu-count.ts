import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/**
 * How many processors this process may use: those its affinity mask allows, and no more than its control group's
 * quota pays for (Linux, versions 1 and 2). At least 1. Python 3.13's `os.process_cpu_count`, with the quota.
 *
 * @example
 * ```ts
 * import { cpuCount } from 'manyhands'
 *
 * console.log(cpuCount() >= 1) // true
 * ```
 */
export function cpuCount(): number {
  return Math.max(1, Math.min(availableParallelism(), Math.ceil(cgroupQuota())))
}

/** Processors that the control group grants; Infinity where there is no limit. */
function cgroupQuota(): number {
  if (process.platform !== 'linux') return Infinity
  const own = /^0::(.*)$/m.exec(read('/proc/self/cgroup'))?.[1] ?? ''
  const quotas = ancestors(own).map((group) => {
    const [quota, period] = read(`/sys/fs/cgroup${group}/cpu.max`).trim().split(' ')
    return Number(quota) / Number(period)
  })
  quotas.push(
    Number(read('/sys/fs/cgroup/cpu/cpu.cfs_quota_us')) / Number(read('/sys/fs/cgroup/cpu/cpu.cfs_period_us')),
  )
  return Math.min(Infinity, ...quotas.filter((quota) => quota > 0))
}

/** A group and those above it: `/a/b` gives `/a/b`, `/a`, and the root. */
function ancestors(group: string): string[] {
  const parts = group.split('/').filter((part) => part !== '')
  return [...parts.map((_, index) => `/${parts.slice(0, parts.length - index).join('/')}`), '']
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}
