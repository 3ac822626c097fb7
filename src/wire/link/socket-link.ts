import { readSync, writeSync } from 'node:fs'
import { Socket } from 'node:net'
import { type DownLink, Link, type LinkEvents, type UpLink } from './link.ts'
import { FRAME_PREFIX, Outbox, type Message } from './message.ts'

/** Cuts a stream into the frames that were written to it. A frame cut short by the end of the stream is dropped. */
class FrameSplitter {
  readonly #onFrame: (frame: Buffer) => void
  #chunks: Buffer[] = []
  #buffered = 0
  #wanted = FRAME_PREFIX

  constructor(onFrame: (frame: Buffer) => void) {
    this.#onFrame = onFrame
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.#buffered += chunk.length
    if (this.#buffered < this.#wanted) return
    const data = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#buffered)
    let offset = 0
    this.#wanted = FRAME_PREFIX
    while (data.length - offset >= FRAME_PREFIX) {
      const length = FRAME_PREFIX + data.readUInt32LE(offset)
      if (data.length - offset < length) {
        this.#wanted = length
        break
      }
      const start = offset + FRAME_PREFIX
      offset += length
      this.#onFrame(data.subarray(start, offset))
    }
    this.#chunks = offset === data.length ? [] : [data.subarray(offset)]
    this.#buffered = data.length - offset
  }
}

/** The parent's end of a link to a process. */
export class SocketDownLink extends Link implements DownLink {
  readonly carriesExternals = false
  blockedOn: Message | undefined
  readonly #up: Socket
  readonly #down: Socket
  readonly #forBlocked = new Outbox()

  constructor(peer: string, up: Socket, down: Socket, events: LinkEvents) {
    super(peer)
    this.#up = up
    this.#down = down
    const splitter = new FrameSplitter((frame) => {
      this.used = true
      events.onFrame(this, frame, [])
    })
    up.on('data', (chunk: Buffer) => splitter.add(chunk))
    up.on('close', () => {
      down.destroy()
      events.onEnd(this)
    })
    // A reset or a broken pipe is the child's death seen from here; 'close' follows and tells it.
    up.on('error', () => {})
    down.on('error', () => {})
    // The child never writes here; its end is only seen by reading.
    down.resume()
    this.unref()
  }

  protected transmit(): void {
    send(this.#down, this.outbox)
  }

  sendToBlocked(message: Message): void {
    this.used = true
    this.#forBlocked.append(message)
    send(this.#up, this.#forBlocked)
  }

  /** Not needed: the end of a process is told after the end of its streams. */
  drain(): void {}

  ref(): void {
    this.#up.ref()
    this.#down.ref()
  }

  unref(): void {
    this.#up.unref()
    this.#down.unref()
  }
}

function send(socket: Socket, outbox: Outbox): void {
  const { frame } = outbox
  frame.writeUInt32LE(frame.length - FRAME_PREFIX, 0)
  const give = frame.length > 4096
  if (socket.writable) socket.write(give ? frame : Buffer.from(frame))
  outbox.clear(give)
}

/** The child's end, over two inherited descriptors. */
export class SocketUpLink extends Link implements UpLink {
  readonly carriesExternals = false
  readonly #upFd: number
  readonly #down: Socket
  readonly #events: LinkEvents
  readonly #blocked: FrameSplitter

  constructor(peer: string, upFd: number, downFd: number, events: LinkEvents) {
    super(peer)
    this.#upFd = upFd
    this.#events = events
    this.#down = new Socket({ fd: downFd, readable: true, writable: false })
    const splitter = new FrameSplitter((frame) => this.#receive(frame))
    this.#blocked = new FrameSplitter((frame) => this.#receive(frame))
    this.#down.on('data', (chunk: Buffer) => splitter.add(chunk))
    this.#down.on('error', () => {})
    this.#down.on('close', () => events.onEnd(this))
    this.#down.unref()
  }

  #receive(frame: Buffer): void {
    this.used = true
    this.#events.onFrame(this, frame, [])
  }

  /** Blocking: the descriptor is, so what was sent is in the kernel's hands, whatever becomes of this process. */
  protected transmit(): void {
    const { frame } = this.outbox
    frame.writeUInt32LE(frame.length - FRAME_PREFIX, 0)
    try {
      for (let at = 0; at < frame.length;) at += writeSync(this.#upFd, frame, at)
    } catch (error) {
      if (!isBrokenPipe(error)) throw error
      // The parent is gone, and this process is about to hear of it.
    }
    // Items that were sent from a callback of this very write cannot exist: nothing ran in between.
    this.outbox.clear(frame.length > 1024 * 1024)
  }

  block(isDone: () => boolean): void {
    this.flush()
    const buffer = Buffer.allocUnsafeSlow(64 * 1024)
    while (!isDone()) {
      const length = readSync(this.#upFd, buffer)
      // The parent is gone; it would have been told to end by its channel, had it looked.
      if (length === 0) process.exit()
      this.#blocked.add(Buffer.from(buffer.subarray(0, length)))
    }
  }

  ref(): void {
    this.#down.ref()
  }

  unref(): void {
    this.#down.unref()
  }
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EPIPE' || error.code === 'ECONNRESET')
}
