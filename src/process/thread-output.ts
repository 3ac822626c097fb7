import { Readable, type Writable } from 'node:stream'
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads'

/** What a thread wrote: to which stream, and the bytes. */
type Written = readonly [stream: 'stdout' | 'stderr', chunk: Uint8Array]

/**
 * The output of a thread, over a port of its own.
 *
 * Node's own `stdout: true` keeps the program alive as long as somebody reads it, and holds back what a thread wrote in
 * one turn until the owner has confirmed the first part, so that it is lost when the thread dies.
 */
export class ThreadOutput {
  readonly stdout = new Readable({ read() {} })
  readonly stderr = new Readable({ read() {} })
  /** The thread's end. */
  readonly port: MessagePort
  readonly #port: MessagePort

  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    this.port = port2
    port1.on('message', (written: Written) => this.#receive(written))
    port1.unref()
  }

  #receive([stream, chunk]: Written): void {
    this[stream].push(chunk)
  }

  /** The thread is gone: gives out the last it wrote. */
  end(): void {
    for (let last = receiveMessageOnPort(this.#port); last; last = receiveMessageOnPort(this.#port)) {
      this.#receive(last.message as Written)
    }
    this.#port.close()
    this.stdout.push(null)
    this.stderr.push(null)
  }
}

/** In the thread: sends what is written to a standard stream through the port, at once. */
export function redirectOutput(name: 'stdout' | 'stderr', stream: Writable, port: MessagePort): void {
  stream._write = (chunk: Uint8Array | string, encoding, done) => {
    port.postMessage([name, typeof chunk === 'string' ? Buffer.from(chunk, encoding) : new Uint8Array(chunk)])
    done()
  }
  // Node's stream for threads writes in groups; without this it would go on to.
  Object.defineProperty(stream, '_writev', { value: null })
}
