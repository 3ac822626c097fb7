// Where the thread of a writer begins.
import { parentPort } from 'node:worker_threads'
import { PortChannel } from '../../wire/index.ts'
import { WriterHost } from './host.ts'
import type { ToWriter } from './protocol.ts'

if (parentPort === null) throw new Error('This module is the start of a writer thread; it is not to be imported')
const port = parentPort
const channel = new PortChannel(port)
const host = new WriterHost(
  (message) => channel.send(message),
  () => port.close(),
)
channel.listen(
  (message) => host.receive(message as ToWriter),
  () => host.abandoned(),
)
