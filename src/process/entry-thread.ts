// Where a thread begins.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { Words } from '../memory/index.ts'
import '../queue/index.ts'
import '../sync/index.ts'
import { PortChannel, type ThreadPlace, joinAsThread, parentOf } from '../wire/index.ts'
import { Agent } from './agent.ts'
import { become } from './identity.ts'
import { ParentHandle } from './parent.ts'
import { BELL_COUNT, BELL_LINGERING, type WorkerSettings } from './protocol.ts'
import { redirectOutput } from './thread-output.ts'

if (parentPort === null) throw new Error('This module is the start of a worker thread; it is not to be imported')

const settings = workerData as WorkerSettings & {
  readonly current: SharedArrayBuffer
  readonly output: MessagePort
  readonly place: ThreadPlace
}
joinAsThread(settings.place)
redirectOutput('stdout', process.stdout, settings.output)
redirectOutput('stderr', process.stderr, settings.output)
become({ name: settings.name, parent: new ParentHandle(settings.owner, process.pid) })
// What nobody catches ends the thread, and its owner gets the error from Node itself.
const words = new Words(settings.current)
const channel = new PortChannel(
  parentPort,
  { words, count: BELL_COUNT, lingering: BELL_LINGERING, rings: false },
  parentOf(settings.place.address),
)
const agent = new Agent(settings, channel, words)
agent.start()
