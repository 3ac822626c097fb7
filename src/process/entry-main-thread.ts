// Where the thread of a Thread begins.
import { parentPort } from 'node:worker_threads'
import { PortChannel } from '../wire/index.ts'
import { MainAgent } from './main-agent.ts'

if (parentPort === null) throw new Error('This module is the start of a thread; it is not to be imported')

new MainAgent(new PortChannel(parentPort), 'thread').start()
