import { parentPort } from 'node:worker_threads'

if (parentPort) parentPort.on('message', (value) => parentPort.postMessage(value))
else process.on('message', (value) => process.send(value))
