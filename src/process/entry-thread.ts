// Where a thread begins.
import { parentPort, workerData } from 'node:worker_threads'
import { Words } from '../memory/index.ts'
import { PortChannel } from '../wire/index.ts'
import { Agent } from './agent.ts'
import { BELL_COUNT, BELL_LINGERING, type WorkerSettings } from './protocol.ts'

if (parentPort === null) throw new Error('This module is the start of a worker thread; it is not to be imported')

const settings = workerData as WorkerSettings & { readonly current: SharedArrayBuffer }
// What nobody catches ends the thread, and its owner gets the error from Node itself.
const words = new Words(settings.current)
const channel = new PortChannel(parentPort, { words, count: BELL_COUNT, lingering: BELL_LINGERING, rings: false })
const agent = new Agent(settings, channel, words)
agent.start()
