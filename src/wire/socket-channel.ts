import type { Socket } from 'node:net'
import type { Channel, OnUnreadable } from './channel.ts'
import { Decoder, Encoder } from './codec/index.ts'
import { encodingFor } from './link/index.ts'

/** Bytes before each frame: its length, 32 bits, little endian. */
const HEADER = 4

/**
 * A channel to a process, over a socket pair inherited as a descriptor. Never Node's own IPC: its JSON form corrupts
 * binary data and takes 0.4 s for a megabyte, its advanced form costs 39 µs a message.
 *
 * The kernel closes the pair when either process dies, however it dies: that end is how each side learns of it. A
 * frame cut short by that end is dropped.
 */
export class SocketChannel implements Channel {
  readonly #socket: Socket
  readonly #peer: string | undefined
  readonly #encoder = new Encoder({ externals: false })
  readonly #decoder = new Decoder()
  #onMessage: ((message: unknown) => void) | undefined
  #onUnreadable: OnUnreadable | undefined
  /** Bytes that do not yet make a whole frame. */
  #chunks: Buffer[] = []
  #buffered = 0
  /** Bytes needed before anything can be delivered. */
  #wanted = HEADER

  unread = false

  /** @param peer - address of the isolate at the other end */
  constructor(socket: Socket, peer?: string) {
    this.#peer = peer
    this.#socket = socket
  }

  send(message: unknown): void {
    const { bytes } = encodingFor(this.#peer, () => this.#encoder.encode(message))
    const frame = Buffer.allocUnsafe(HEADER + bytes.length)
    frame.writeUInt32LE(bytes.length, 0)
    frame.set(bytes, HEADER)
    if (this.#socket.writable) this.#socket.write(frame)
  }

  listen(onMessage: (message: unknown) => void, onEnd: () => void, onUnreadable?: OnUnreadable): void {
    this.#onMessage = onMessage
    this.#onUnreadable = onUnreadable
    this.#socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    // The other side's death seen from here; 'close' follows and tells it. The kernel resets the pair when a process
    // dies with something to read, and breaks it for what is sent after.
    this.#socket.on('error', ({ code }: NodeJS.ErrnoException) => {
      this.unread = code === 'ECONNRESET' || code === 'EPIPE'
    })
    this.#socket.on('close', onEnd)
  }

  drained(): Promise<void> | undefined {
    if (this.#socket.writableLength === 0) return undefined
    // An empty write is done when those before it are, or when the socket is closed.
    return new Promise((resolve) => this.#socket.write('', () => resolve()))
  }

  ref(): void {
    this.#socket.ref()
  }

  unref(): void {
    this.#socket.unref()
  }

  end(): void {
    this.#socket.end()
  }

  #deliver(frame: Buffer): void {
    let message: unknown
    try {
      message = this.#decoder.decode(frame)
    } catch (error) {
      if (this.#onUnreadable === undefined) throw error
      return this.#onUnreadable(error, () => this.#decoder.decode(frame))
    }
    this.#onMessage?.(message)
  }

  #receive(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#buffered += chunk.length
    if (this.#buffered < this.#wanted) return
    const data = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#buffered)
    let offset = 0
    this.#wanted = HEADER
    while (data.length - offset >= HEADER) {
      const length = data.readUInt32LE(offset)
      this.#wanted = HEADER + length
      if (data.length - offset < this.#wanted) break
      offset += this.#wanted
      this.#wanted = HEADER
      this.#deliver(data.subarray(offset - length, offset))
    }
    this.#chunks = offset === data.length ? [] : [data.subarray(offset)]
    this.#buffered = data.length - offset
  }
}
