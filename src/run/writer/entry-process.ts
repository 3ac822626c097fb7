// Where the process of a writer begins.
import { Socket } from 'node:net'
import { SocketChannel } from '../../wire/index.ts'
import { WriterHost } from './host.ts'
import type { ToWriter } from './protocol.ts'

/** The descriptor of the channel; link.ts puts it there. */
const CHANNEL_FD = 3

process.title = 'manyhands writer'
// It ends when the run has told it to, or is gone: then all that it was given is saved. No signal of a terminal, and no
// wish to end the run, ends it before.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})

const channel = new SocketChannel(new Socket({ fd: CHANNEL_FD, readable: true, writable: true }))
const host = new WriterHost(
  (message) => channel.send(message),
  () => channel.end(),
)
channel.listen(
  (message) => host.receive(message as ToWriter),
  () => host.abandoned(),
)
