import { KEY_SEPARATOR } from './format.ts'

/** Records of a shape that are read key by key before a reader is compiled for it. */
const COMPILE_AFTER = 20
/** Shapes remembered: beyond that they are forgotten all together. */
const MAX_SHAPES = 2048

/** Makes a record from the values that a call of `next` gives, in order. */
export type RecordMaker<R> = (reader: R) => Record<string, unknown>

/** The keys of records, as the decoder keeps them from frame to frame. */
export class ReadShape<R> {
  readonly keys: readonly string[]
  /** Whether a key is `__proto__`, which an assignment would take for the prototype. */
  readonly hasProto: boolean
  /** Reads a whole record, when there is one. */
  make: RecordMaker<R> | null = null
  #uses = 0

  constructor(text: string) {
    this.keys = text === '' ? [] : text.split(KEY_SEPARATOR)
    this.hasProto = this.keys.includes('__proto__')
  }

  /** Counts a record; compiles the reader when it begins to pay. */
  used(readValue: (reader: R) => unknown): void {
    if (this.#uses++ === COMPILE_AFTER && canCompile()) this.make = compile(this.keys, readValue)
  }
}

export class ShapeCache<R> {
  #byText = new Map<string, ReadShape<R>>()

  get(text: string): ReadShape<R> {
    const known = this.#byText.get(text)
    if (known !== undefined) return known
    if (this.#byText.size === MAX_SHAPES) this.#byText = new Map()
    // A copy: what is cut out of a frame's text would keep that alive.
    const own = Buffer.from(text, 'utf16le').toString('utf16le')
    const shape = new ReadShape<R>(own)
    this.#byText.set(own, shape)
    return shape
  }
}

let compiles: boolean | undefined

/** Code can be made of strings unless Node.js was started with --disallow-code-generation-from-strings. */
function canCompile(): boolean {
  try {
    compiles ??= new Function('return true')() === true
  } catch {
    compiles = false
  }
  return compiles
}

/**
 * An object literal, which V8 makes at once with its final hidden class, where assigning key after key takes a step
 * each. Keys are the only text from the frame; they go through JSON.stringify, so they stay keys. A computed key makes
 * `__proto__` an ordinary property.
 */
function compile<R>(keys: readonly string[], readValue: (reader: R) => unknown): RecordMaker<R> {
  const fields = keys.map((key) => `${key === '__proto__' ? '["__proto__"]' : escape(key)}: value(reader)`)
  const make: unknown = new Function('value', `return (reader) => ({ ${fields.join(', ')} })`)(readValue)
  return make as RecordMaker<R>
}

/** JSON leaves U+2028 and U+2029 as they are; JavaScript has allowed them in strings since 2019. */
function escape(key: string): string {
  return JSON.stringify(key)
}
