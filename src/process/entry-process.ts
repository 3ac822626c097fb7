// Where a child process begins.
import { Socket } from 'node:net'
import '../queue/index.ts'
import '../sync/index.ts'
import { SocketChannel, joinAsProcess, parentOf } from '../wire/index.ts'
import { Agent } from './agent.ts'
import { become } from './identity.ts'
import { ParentHandle } from './parent.ts'
import type { WorkerSettings } from './protocol.ts'

const CHANNEL_FD = 3
const UP_FD = 4
const DOWN_FD = 5

const settings = JSON.parse(process.env['MANYHANDS_WORKER'] ?? 'null') as
  (WorkerSettings & { readonly address: string }) | null
if (settings === null) throw new Error('This module is the start of a worker process; it is not to be imported')
// A program that the task starts must not take itself for a worker.
delete process.env['MANYHANDS_WORKER']
process.title = `manyhands ${settings.name}`
become({ name: settings.name, parent: new ParentHandle(settings.owner, process.ppid) })

// Ctrl-C reaches the whole process group. The owner decides what it means; a worker goes on until it is told.
process.on('SIGINT', () => {})

joinAsProcess(settings.address, UP_FD, DOWN_FD)
const channel = new SocketChannel(
  new Socket({ fd: CHANNEL_FD, readable: true, writable: true }),
  parentOf(settings.address),
)
const agent = new Agent(settings, channel, undefined)

// The monitor sees the error without taking it over: Node still prints it and ends the process with its own code.
process.on('uncaughtExceptionMonitor', (error) => agent.fatal(error))
agent.start()
