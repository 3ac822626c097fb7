// One of the pools from npm as a contender: node pool.mjs LIBRARY KIND WORKERS, cases on stdin (../pool/cases.ts).
import { serveCalls } from '../pool/cases.ts'

const [, , library, kind, count] = process.argv
const workers = Number(count)
const processes = kind === 'process'
const file = new URL('./tasks.mjs', import.meta.url)

const makers = {
  async piscina() {
    const { default: Piscina } = await import('piscina')
    return () => {
      const pool = new Piscina({ filename: file.href, minThreads: workers, maxThreads: workers, idleTimeout: 60_000 })
      return { call: (name, input) => pool.run(input, { name }), end: () => pool.destroy() }
    }
  },
  async tinypool() {
    const { default: Tinypool } = await import('tinypool')
    return () => {
      const runtime = processes ? 'child_process' : 'worker_threads'
      const pool = new Tinypool({ filename: file.href, runtime, minThreads: workers, maxThreads: workers, idleTimeout: 60_000 })
      return { call: (name, input) => pool.run(input, { name }), end: () => pool.destroy() }
    }
  },
  async workerpool() {
    const { default: workerpool } = await import('workerpool')
    return () => {
      const script = new URL('./workerpool-tasks.mjs', import.meta.url).pathname
      const options = { minWorkers: workers, maxWorkers: workers, workerType: processes ? 'process' : 'thread' }
      const pool = workerpool.pool(script, options)
      return { call: (name, input) => pool.exec(name, [input]), end: () => pool.terminate() }
    }
  },
  async 'jest-worker'() {
    const { Worker } = await import('jest-worker')
    return () => {
      const pool = new Worker(file.pathname, { numWorkers: workers, enableWorkerThreads: !processes, exposedMethods: ['noop', 'echo', 'spin'] })
      return { call: (name, input) => pool[name](input), end: () => pool.end() }
    }
  },
  /** No pool: one bare worker, or child process, that sends back what it gets. The floor that Node.js gives. */
  async bare() {
    const { Worker } = await import('node:worker_threads')
    const { fork } = await import('node:child_process')
    return () => {
      const script = new URL('./bare-echo.mjs', import.meta.url)
      const worker = processes ? fork(script.pathname, { serialization: 'advanced' }) : new Worker(script)
      const waiting = []
      worker.on('message', (value) => waiting.shift()(value))
      const send = processes ? (value) => worker.send(value) : (value) => worker.postMessage(value)
      return {
        call: (_name, input) => new Promise((resolve) => {
          waiting.push(resolve)
          send(input)
        }),
        end: () => processes ? worker.kill() : worker.terminate(),
      }
    }
  },
}

await serveCalls(await makers[library](), workers)
