import type { Channel, PortLike } from './channel.ts'
import { Decoder, Encoder } from './codec/index.ts'

/** Buffers from this many bytes on are copied once and moved, not copied into the frame and out of it. */
const DETACH_FROM = 64 * 1024

/** Below this many bytes a copy is cheaper than detaching a buffer. */
const TRANSFER_FROM = 16 * 1024

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
  #onEnd: (() => void) | undefined
  #ended = false

  constructor(port: PortLike) {
    this.#port = port
  }

  send(message: unknown): void {
    const { bytes, externals, transfer } = this.#encoder.encode(message)
    if (this.#ended) return
    // The encoder reuses its buffer; a view on it would be cloned with all that lies around it.
    const frame = bytes.slice()
    if (externals.length > 0) this.#port.postMessage([frame, externals], [...transfer, frame.buffer])
    else if (frame.length >= TRANSFER_FROM) this.#port.postMessage(frame, [frame.buffer])
    else this.#port.postMessage(frame)
  }

  listen(onMessage: (message: unknown) => void, onEnd: () => void): void {
    this.#onEnd = onEnd
    this.#port.on('message', (frame) => {
      if (frame instanceof Uint8Array) onMessage(this.#decoder.decode(frame))
      else if (Array.isArray(frame)) onMessage(this.#decoder.decode(frame[0] as Uint8Array, frame[1] as unknown[]))
    })
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
