import { MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { Doorbell } from '../../memory/index.ts'
import { Link, type DownLink, type LinkEvents, type UpLink } from './link.ts'
import { FRAME_PREFIX, type Message } from './message.ts'

/** Below this many bytes a copy is cheaper than giving the buffer away. */
const GIVE_FROM = 16 * 1024

/** A link between threads; either end, told apart by `rings`: the parent rings, the child sleeps. */
export class PortLink extends Link implements UpLink, DownLink {
  readonly carriesExternals = true
  blockedOn: Message | undefined
  readonly #port: MessagePort
  readonly #doorbell: Doorbell
  readonly #rings: boolean
  readonly #events: LinkEvents
  #ended = false

  constructor(peer: string, port: MessagePort, doorbell: Doorbell, rings: boolean, events: LinkEvents) {
    super(peer)
    this.#port = port
    this.#doorbell = doorbell
    this.#rings = rings
    this.#events = events
    port.on('message', (frame) => this.#receive(frame))
    port.on('close', () => {
      if (this.#ended) return
      this.#ended = true
      events.onEnd(this)
    })
    port.unref()
  }

  #receive(message: unknown): void {
    this.used = true
    const [frame, externals] = Array.isArray(message)
      ? (message as [Uint8Array, unknown[]])
      : [message as Uint8Array, []]
    this.#events.onFrame(this, Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength), externals)
  }

  protected transmit(): void {
    const { frame, externals } = this.outbox
    const give = frame.length >= GIVE_FROM
    // The outbox is used again; a view on it would be cloned with all that lies around it.
    const bytes = give
      ? new Uint8Array(frame.buffer, FRAME_PREFIX, frame.length - FRAME_PREFIX)
      : Uint8Array.prototype.slice.call(frame, FRAME_PREFIX)
    const transfer = give ? [bytes.buffer] : []
    if (externals.length === 0) this.#port.postMessage(bytes, transfer)
    else this.#port.postMessage([bytes, externals], [...transfer, ...movable(externals)])
    this.outbox.clear(give)
    if (this.#rings) this.#doorbell.ring()
  }

  sendToBlocked(message: Message): void {
    this.append(message)
  }

  block(isDone: () => boolean): void {
    this.flush()
    while (!isDone()) {
      const { rings } = this.#doorbell
      const received = receiveMessageOnPort(this.#port)
      if (received === undefined) this.#doorbell.sleep(rings)
      else this.#receive(received.message)
    }
  }

  drain(): void {
    for (let next = receiveMessageOnPort(this.#port); next !== undefined; next = receiveMessageOnPort(this.#port)) {
      this.#receive(next.message)
    }
  }

  ref(): void {
    if (!this.#ended) this.#port.ref()
  }

  unref(): void {
    this.#port.unref()
  }
}

/** Those that move from thread to thread; the others are shared or copied. */
function movable(externals: readonly unknown[]): (ArrayBuffer | MessagePort)[] {
  return externals.filter((value) => value instanceof ArrayBuffer || value instanceof MessagePort)
}
