// No pool and no calls: bare threads that each do their share of the work at once. What the machine can give at the moment.
// Cases on stdin as for pool.mjs: node ideal.mjs WORKERS
import { Worker } from 'node:worker_threads'
import { serve } from '../harness/serve.ts'

const count = Number(process.argv[2])
const source = `
  const { parentPort } = require('node:worker_threads')
  parentPort.on('message', (calls) => {
    for (const milliseconds of calls) {
      const end = performance.now() + milliseconds
      while (performance.now() < end);
    }
    parentPort.postMessage(0)
  })`
const workers = Array.from({ length: count }, () => new Worker(source, { eval: true }))

/** Milliseconds until all shares are done. */
async function work(shares) {
  const start = performance.now()
  await Promise.all(workers.map((worker, i) => new Promise((resolve) => {
    worker.once('message', resolve)
    worker.postMessage(shares[i])
  })))
  return performance.now() - start
}

await serve({
  milliseconds: async ({ n }) => {
    const share = Array(n / count).fill(1)
    return { ideal: n / count / await work(workers.map(() => share)) }
  },
  /** The long call begins when the short ones before it are evenly done. */
  tail: async ({ n }) => {
    const short = Array(Math.floor((n - 2) / count)).fill(1)
    const bound = short.length + 100
    return { makespan: await work(workers.map((_, i) => i === 0 ? [...short, 100] : [...short, 1])) / bound }
  },
}, () => Promise.all(workers.map((worker) => worker.terminate())))
