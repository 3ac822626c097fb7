import { KEY_SEPARATOR, MAX_SHAPE_KEYS, MAX_SHAPE_TEXT } from './format.ts'
import { NOT_LATIN1 } from './text.ts'

/** How many children one node may have: objects used as dictionaries stop there, and their keys are spelled out. */
const MAX_BRANCHES = 512

/**
 * A list of keys, as a node of a tree in which each step adds a key. The encoder keeps the tree from frame to frame
 * and finds an object's shape by walking its keys; `last` is the step taken most recently, which is nearly always the
 * right one for the next object.
 */
export class Shape {
  readonly depth: number
  /** The keys, joined. */
  readonly text: string
  /** No keys, or an index for the first: few plain objects are like this, but others in their guise are. */
  readonly suspicious: boolean
  lastKey = ''
  last: Shape | null = null
  /** The frame that has this shape in its table, and the number it has there. */
  frame = 0
  id = 0
  #entry: Uint8Array | null = null
  #steps: Map<string, Shape> | null = null

  constructor(depth: number, text: string, suspicious: boolean) {
    this.depth = depth
    this.text = text
    this.suspicious = suspicious
  }

  /** What stands for this shape in the table of a frame. */
  get entry(): Uint8Array {
    this.#entry ??= shapeEntry(this.text)
    return this.#entry
  }

  /** The shape with one key more, or null if that is not known. */
  step(key: string): Shape | null {
    const found = this.#steps?.get(key)
    if (found === undefined) return null
    this.lastKey = key
    this.last = found
    return found
  }

  /** Learns the shape with one key more, or says no with null. */
  learn(key: string): Shape | null {
    // The text of no keys is empty, so that of one empty key cannot be.
    if (this.depth === 0 && key === '') return null
    const text = this.depth === 0 ? key : this.text + KEY_SEPARATOR + key
    if (this.depth === MAX_SHAPE_KEYS || text.length > MAX_SHAPE_TEXT || key.includes(KEY_SEPARATOR)) return null
    this.#steps ??= new Map()
    if (this.#steps.size === MAX_BRANCHES) return null
    const shape = new Shape(this.depth + 1, text, this.depth === 0 ? /^\d/.test(key) : this.suspicious)
    this.#steps.set(key, shape)
    this.lastKey = key
    this.last = shape
    return shape
  }
}

/** Bytes before the characters of an entry. */
export const ENTRY_HEAD = 6

/** i32 hash of what follows it · u16 bytes of characters * 2 + wide · the characters. */
function shapeEntry(text: string): Uint8Array {
  const wide = NOT_LATIN1.test(text)
  const characters = Buffer.from(text, wide ? 'utf16le' : 'latin1')
  const entry = new Uint8Array(ENTRY_HEAD + characters.length)
  const size = characters.length * 2 + (wide ? 1 : 0)
  entry[4] = size
  entry[5] = size >> 8
  entry.set(characters, ENTRY_HEAD)
  new DataView(entry.buffer).setInt32(0, hash(entry.subarray(4)), true)
  return entry
}

/** FNV-1a, 31 bits of it, which V8 keeps as a small integer. */
function hash(bytes: Uint8Array): number {
  let h = 0x811c9dc5
  for (const byte of bytes) h = Math.imul(h ^ byte, 0x01000193)
  return h & 0x7fffffff
}
