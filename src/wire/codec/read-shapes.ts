import { compileRecord, type RecordMaker } from './compile.ts'
import { KEY_SEPARATOR } from './format.ts'
import { readLatin1, readWide } from './text.ts'

/** Records of a shape that are read key by key before a reader is compiled for it. */
const COMPILE_AFTER = 20
/** Shapes remembered: beyond that they are forgotten all together. */
const MAX_SHAPES = 2048

/** The keys of records, as the decoder keeps them from frame to frame. */
export class ReadShape<R> {
  readonly keys: readonly string[]
  /** Whether a key is `__proto__`, which an assignment would take for the prototype. */
  readonly hasProto: boolean
  /** Reads a whole record, if there is one. */
  make: RecordMaker<R> | null = null
  /** The bytes that stand for it, without their hash. */
  readonly entry: Uint8Array
  /** Another shape of the same hash. */
  readonly other: ReadShape<R> | undefined
  #uses = 0

  constructor(entry: Uint8Array, other: ReadShape<R> | undefined) {
    this.entry = entry
    this.other = other
    const wide = ((entry[0] ?? 0) & 1) === 1
    const text = wide ? readWide(entry, 2, entry.length) : readLatin1(entry, 2, entry.length)
    this.keys = text === '' ? [] : text.split(KEY_SEPARATOR)
    this.hasProto = this.keys.includes('__proto__')
  }

  /** Counts a record; compiles the reader when it begins to pay. */
  used(readValue: (reader: R) => unknown): void {
    if (this.#uses++ === COMPILE_AFTER) this.make = compileRecord(this.keys, readValue)
  }
}

export class ShapeCache<R> {
  #byHash = new Map<number, ReadShape<R>>()
  #size = 0

  /** The shape whose entry in a frame is from `start` to `end`. */
  get(bytes: Uint8Array, hash: number, start: number, end: number): ReadShape<R> {
    const first = this.#byHash.get(hash)
    for (let shape = first; shape !== undefined; shape = shape.other) {
      if (isEntry(shape.entry, bytes, start, end)) return shape
    }
    return this.#add(bytes.slice(start, end), hash, first)
  }

  #add(entry: Uint8Array, hash: number, other: ReadShape<R> | undefined): ReadShape<R> {
    const full = this.#size === MAX_SHAPES
    if (full) this.#byHash = new Map()
    this.#size = full ? 1 : this.#size + 1
    const shape = new ReadShape<R>(entry, full ? undefined : other)
    this.#byHash.set(hash, shape)
    return shape
  }
}

function isEntry(entry: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (entry.length !== end - start) return false
  for (let i = 0; i < entry.length; i++) if (entry[i] !== bytes[start + i]) return false
  return true
}
