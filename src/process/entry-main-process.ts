// Where the process of a Process begins.
import { Socket } from 'node:net'
import '../queue/index.ts'
import '../sync/index.ts'
import { SocketChannel, joinAsProcess, parentOf } from '../wire/index.ts'
import { MainAgent } from './main-agent.ts'
import type { WorkerSettings } from './protocol.ts'

const CHANNEL_FD = 3
const UP_FD = 4
const DOWN_FD = 5

const settings = JSON.parse(process.env['MANYHANDS_WORKER'] ?? 'null') as
  (WorkerSettings & { readonly address: string }) | null
if (settings === null) throw new Error('This module is the start of a process; it is not to be imported')
// A program that the process starts must not take itself for it.
delete process.env['MANYHANDS_WORKER']
process.title = `manyhands ${settings.name}`

// Ctrl-C reaches the whole process group. The main process decides what it means.
process.on('SIGINT', () => {})

// When the owner is gone, nobody reads what is written; that is no reason to end.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

joinAsProcess(settings.address, UP_FD, DOWN_FD)
const socket = new Socket({ fd: CHANNEL_FD, readable: true, writable: true })
new MainAgent(new SocketChannel(socket, parentOf(settings.address)), 'process').start()
