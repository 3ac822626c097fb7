import type { Pool } from 'manyhands'

/**
 * Items of 1 ms and one of a hundred times the mean of the rest, in the worst place: last but one. How long all takes,
 * by the lower bound: the long one, or an even share of all work, whichever is longer.
 */
export async function tail(pool: Pool, spin: string, items: number, workers: number): Promise<Record<string, number>> {
  const inputs = Array.from({ length: items }, () => 1)
  inputs[items - 2] = 100
  const work = inputs.reduce((sum, each) => sum + each, 0)
  // The long item starts last of all: nothing can begin it before those in front of it.
  const bound = Math.max((work - 101) / workers + 100, work / workers)
  const start = performance.now()
  await pool.map<number, unknown>(spin, inputs)
  return { makespan: (performance.now() - start) / bound }
}
