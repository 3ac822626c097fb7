// Where the thread of a Thread begins.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import '../queue/index.ts'
import '../sync/index.ts'
import { PortChannel, type ThreadPlace, joinAsThread, parentOf } from '../wire/index.ts'
import { MainAgent } from './main-agent.ts'
import { redirectOutput } from './thread-output.ts'

if (parentPort === null) throw new Error('This module is the start of a thread; it is not to be imported')

const { output, place } = workerData as { readonly output: MessagePort | null; readonly place: ThreadPlace }
joinAsThread(place)
if (output !== null) {
  redirectOutput('stdout', process.stdout, output)
  redirectOutput('stderr', process.stderr, output)
}
new MainAgent(new PortChannel(parentPort, undefined, parentOf(place.address)), 'thread').start()
