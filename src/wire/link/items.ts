import { MessagePort } from 'node:worker_threads'
import { Decoder, Encoder } from '../codec/index.ts'
import type { Item } from './message.ts'

const threads = new Encoder({ externals: true })
const processes = new Encoder({ externals: false })
const decoder = new Decoder()

/**
 * A value as an item. Its bytes are valid until the next call.
 *
 * @throws NotSerializableError when it holds what cannot travel
 */
export function encodeItem(value: unknown, carriesExternals: boolean): Item {
  const { bytes, externals, transfer } = (carriesExternals ? threads : processes).encode(value)
  if (externals.length === 0) return { bytes }
  // What moves leaves the sender at once, also where the object's home is the sender itself.
  const moved = transfer as (ArrayBuffer | MessagePort)[]
  return {
    bytes: bytes.slice(),
    externals: moved.length === 0 ? externals : structuredClone(externals, { transfer: moved }),
  }
}

/** An item that may be kept. */
export function keepItem(item: Item): Item {
  return { ...item, bytes: item.bytes.slice() }
}

export function decodeItem(item: Item): unknown {
  return item.raw === true ? Uint8Array.from(item.bytes) : decoder.decode(item.bytes, item.externals)
}
