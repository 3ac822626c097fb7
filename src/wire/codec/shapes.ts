import { KEY_SEPARATOR, MAX_SHAPE_KEYS, MAX_SHAPE_TEXT } from './format.ts'

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
  lastKey = ''
  last: Shape | null = null
  /** The frame that has this shape in its table, and the number it has there. */
  frame = 0
  id = 0
  #steps: Map<string, Shape> | null = null

  constructor(depth: number, text: string) {
    this.depth = depth
    this.text = text
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
    const shape = new Shape(this.depth + 1, text)
    this.#steps.set(key, shape)
    this.lastKey = key
    this.last = shape
    return shape
  }
}
