/**
 * A value on its way: its bytes, and what only a port between threads can carry. The bytes may be a view of something
 * larger.
 */
export interface Item {
  readonly bytes: Uint8Array
  /** Bytes of the user's own, not an encoded value. */
  readonly raw?: boolean
  readonly externals?: readonly unknown[] | undefined
}

/** What a message is for. */
export const REQUEST = 0
export const REPLY = 1
/** The request `id` is no longer wanted. It is answered all the same. */
export const CANCEL = 2
/** The items of reply `id` are in the hands of the caller. */
export const TAKEN = 3
/** The isolate `from` and all below it are gone; `op` is 1 if it ended in order. */
export const GONE = 4
/** This isolate ends in order. */
export const BYE = 5

const KIND = 0x0f
/** The caller's thread is blocked until the reply arrives. */
export const SYNC = 0x80
/** The items of this reply go back where they came from unless they are acknowledged with TAKEN. */
export const DELIVERY = 0x40

export interface Message {
  /** One of the kinds above, with the flags. */
  readonly kind: number
  readonly to: string
  readonly from: string
  /** The operation of a request, the status of a reply. */
  readonly op: number
  readonly object: number
  readonly id: number
  readonly a: number
  readonly b: number
  readonly items: readonly Item[]
}

export function kindOf(message: Message): number {
  return message.kind & KIND
}

/*
 * Layout, little endian. A frame is a sequence of messages:
 *   0 u32 size of the whole message     4 u8 kind   5 u8 op   6 u8 length of `to`   7 u8 length of `from`
 *   8 u32 object   12 u32 id   16 u32 b   20 u16 items   22 u16 externals   24 f64 a   32 `to`, `from` in Latin-1
 * then each item: u32 size, u16 externals, u8 raw, u8 unused, bytes.
 */
const HEADER = 32
const ITEM_HEADER = 8
const FIRST_CAPACITY = 16 * 1024
const NOTHING: readonly never[] = []
/** Room before the first message, where a stream puts the length of the frame. */
export const FRAME_PREFIX = 4

/** Messages gathered into one frame. */
export class Outbox {
  #bytes = Buffer.allocUnsafeSlow(FIRST_CAPACITY)
  #length = FRAME_PREFIX
  externals: unknown[] = []

  get size(): number {
    return this.#length - FRAME_PREFIX
  }

  /** The frame with room for its length before it; valid until {@link clear}. */
  get frame(): Buffer<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length)
  }

  /** Begins anew. With `give`, the bytes of the frame now belong to somebody else. */
  clear(give = false): void {
    if (give) this.#bytes = Buffer.allocUnsafeSlow(FIRST_CAPACITY)
    this.#length = FRAME_PREFIX
    if (this.externals.length > 0) this.externals = []
  }

  append({ kind, to, from, op, object, id, a, b, items }: Message): void {
    let size = HEADER + to.length + from.length
    let externals = 0
    for (const item of items) {
      size += ITEM_HEADER + item.bytes.length
      externals += item.externals?.length ?? 0
    }
    this.#ensure(size)
    const bytes = this.#bytes
    let at = this.#length
    bytes.writeUInt32LE(size, at)
    bytes[at + 4] = kind
    bytes[at + 5] = op
    bytes[at + 6] = to.length
    bytes[at + 7] = from.length
    bytes.writeUInt32LE(object, at + 8)
    bytes.writeUInt32LE(id, at + 12)
    bytes.writeUInt32LE(b, at + 16)
    bytes.writeUInt16LE(items.length, at + 20)
    bytes.writeUInt16LE(externals, at + 22)
    bytes.writeDoubleLE(a, at + 24)
    at += HEADER
    for (let i = 0; i < to.length; i++) bytes[at++] = to.charCodeAt(i)
    for (let i = 0; i < from.length; i++) bytes[at++] = from.charCodeAt(i)
    for (const item of items) {
      bytes.writeUInt32LE(item.bytes.length, at)
      bytes.writeUInt16LE(item.externals?.length ?? 0, at + 4)
      bytes[at + 6] = item.raw === true ? 1 : 0
      bytes.set(item.bytes, at + ITEM_HEADER)
      at += ITEM_HEADER + item.bytes.length
      if (item.externals !== undefined) this.externals.push(...item.externals)
    }
    this.#length = at
  }

  #ensure(size: number): void {
    if (this.#length + size <= this.#bytes.length) return
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#length + size))
    grown.set(this.frame)
    this.#bytes = grown
  }
}

// One message after another goes the same way: comparing is cheaper than making a string.
let lastTo = ''
let lastFrom = ''

function isAt(text: string, bytes: Buffer, at: number, length: number): boolean {
  if (text.length !== length) return false
  for (let i = 0; i < length; i++) if (text.charCodeAt(i) !== bytes[at + i]) return false
  return true
}

/** The messages of a frame, in order. Their items are views of the frame. */
export function* messagesOf(frame: Buffer, externals: readonly unknown[] = NOTHING): Generator<Message, void> {
  let external = 0
  for (let at = 0; at < frame.length;) {
    const size = frame.readUInt32LE(at)
    const toLength = frame[at + 6] ?? 0
    const fromLength = frame[at + 7] ?? 0
    const count = frame.readUInt16LE(at + 20)
    let position = at + HEADER
    if (!isAt(lastTo, frame, position, toLength)) lastTo = frame.toString('latin1', position, position + toLength)
    const to = lastTo
    position += toLength
    if (!isAt(lastFrom, frame, position, fromLength)) {
      lastFrom = frame.toString('latin1', position, position + fromLength)
    }
    const from = lastFrom
    position += fromLength
    const items: Item[] = []
    for (let i = 0; i < count; i++) {
      const length = frame.readUInt32LE(position)
      const carried = frame.readUInt16LE(position + 4)
      const raw = frame[position + 6] === 1
      position += ITEM_HEADER
      const bytes = frame.subarray(position, position + length)
      items.push(
        carried === 0 ? { bytes, raw } : { bytes, raw, externals: externals.slice(external, external + carried) },
      )
      position += length
      external += carried
    }
    yield {
      kind: frame[at + 4] ?? 0,
      to,
      from,
      op: frame[at + 5] ?? 0,
      items,
      object: frame.readUInt32LE(at + 8),
      id: frame.readUInt32LE(at + 12),
      b: frame.readUInt32LE(at + 16),
      a: frame.readDoubleLE(at + 24),
    }
    at += size
  }
}
