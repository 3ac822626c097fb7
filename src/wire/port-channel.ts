import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { Words } from '../memory/index.ts'
import type { Channel, OnUnreadable, PortLike } from './channel.ts'
import { Decoder, Encoder } from './codec/index.ts'
import { encodingFor } from './link/index.ts'

/** Buffers from this many bytes on are copied once and moved, not copied into the frame and out of it. */
const DETACH_FROM = 64 * 1024

/** Below this many bytes a copy is cheaper than detaching a buffer. */
const TRANSFER_FROM = 16 * 1024

/**
 * The words by which one side wakes the other out of {@link PortChannel.linger}: `count` is written by the side that
 * rings, `lingering` by the one that waits.
 */
export interface Bell {
  readonly words: Words
  readonly count: number
  readonly lingering: number
  /** Whether this side rings; the other lingers. */
  readonly rings: boolean
}

/**
 * A channel to a thread, over a `MessagePort` or what behaves like one.
 *
 * A message is a `Uint8Array`, or `[bytes, externals]` when it holds what only a port can carry. A port does not tell
 * that the other thread died: whoever started the thread knows, and calls {@link PortChannel.ended}.
 */
export class PortChannel implements Channel {
  readonly #port: PortLike
  readonly #encoder = new Encoder({ externals: true, detachFrom: DETACH_FROM })
  readonly #decoder = new Decoder()
  readonly #bell: Bell | undefined
  readonly #peer: string | undefined
  #onMessage: ((message: unknown) => void) | undefined
  #onEnd: (() => void) | undefined
  #onUnreadable: OnUnreadable | undefined
  #ended = false

  /** @param peer - address of the isolate at the other end */
  constructor(port: PortLike, bell?: Bell, peer?: string) {
    this.#port = port
    this.#bell = bell
    this.#peer = peer
  }

  send(message: unknown): void {
    const { bytes, externals, transfer } = encodingFor(this.#peer, () => this.#encoder.encode(message))
    if (this.#ended) return
    // The encoder reuses its buffer; a view on it would be cloned with all that lies around it.
    const frame = bytes.slice()
    if (externals.length > 0) this.#port.postMessage([frame, externals], [...transfer, frame.buffer])
    else if (frame.length >= TRANSFER_FROM) this.#port.postMessage(frame, [frame.buffer])
    else this.#port.postMessage(frame)
    this.#ring()
  }

  /** After each message: the other side may hold its thread for it. */
  #ring(): void {
    const bell = this.#bell
    if (bell?.rings !== true) return
    bell.words.add(bell.count, 1)
    if (bell.words.load(bell.lingering) === 1) bell.words.notify(bell.count)
  }

  linger(milliseconds: number): void {
    const bell = this.#bell
    if (bell === undefined || bell.rings) return
    const { words, count, lingering } = bell
    // In this order: what is posted after `seen` was read changes the count, and the wait returns at once.
    const seen = words.load(count)
    words.store(lingering, 1)
    let message = receiveMessageOnPort(this.#port as MessagePort)
    if (message === undefined) {
      words.wait(count, seen, milliseconds)
      message = receiveMessageOnPort(this.#port as MessagePort)
    }
    words.store(lingering, 0)
    if (message) this.#receive(message.message)
  }

  #receive(frame: unknown): void {
    let message: unknown
    try {
      message = this.#decode(frame)
    } catch (error) {
      if (this.#onUnreadable === undefined) throw error
      return this.#onUnreadable(error, () => this.#decode(frame))
    }
    this.#onMessage?.(message)
  }

  #decode(frame: unknown): unknown {
    if (frame instanceof Uint8Array) return this.#decoder.decode(frame)
    const [bytes, externals] = frame as [Uint8Array, unknown[]]
    return this.#decoder.decode(bytes, externals)
  }

  listen(onMessage: (message: unknown) => void, onEnd: () => void, onUnreadable?: OnUnreadable): void {
    this.#onMessage = onMessage
    this.#onEnd = onEnd
    this.#onUnreadable = onUnreadable
    this.#port.on('message', (frame) => this.#receive(frame))
  }

  ref(): void {
    this.#port.ref()
  }

  unref(): void {
    this.#port.unref()
  }

  end(): void {
    this.ended()
  }

  /** The other thread is gone. */
  ended(): void {
    if (this.#ended) return
    this.#ended = true
    this.#onEnd?.()
  }
}
