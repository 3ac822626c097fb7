import { availableParallelism, cpus, release, totalmem, type as system } from 'node:os'

/** The machine in one line: a figure means nothing without it. */
export function machine(): string {
  const { model = 'unknown processor' } = cpus()[0] ?? {}
  const cores = availableParallelism()
  const memory = Math.round(totalmem() / 1024 ** 3)
  return `${model.replace(/\s+/g, ' ').trim()}, ${cores} core${cores === 1 ? '' : 's'}, ${memory} GiB, ${system()} ${release()}, Node ${process.versions.node}`
}
