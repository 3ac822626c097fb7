/** Random values of everything that structured clone carries, from a seed. */
export class RandomValues {
  #state: number
  #objects: unknown[] = []

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** mulberry32 */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }

  int(below: number): number {
    return Math.floor(this.next() * below)
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(list.length)] as T
  }

  value(): unknown {
    this.#objects = []
    return this.#value(4)
  }

  #value(depth: number): unknown {
    const roll = this.int(100)
    if (roll < 5 && this.#objects.length > 0) return this.pick(this.#objects)
    if (depth === 0 || roll < 45) return this.#primitive()
    if (roll < 80) return this.#container(depth)
    return this.#keep(this.#leaf())
  }

  #primitive(): unknown {
    const roll = this.int(20)
    if (roll < 4) return this.int(300) - 100
    if (roll < 6) return this.pick([-0, 0, NaN, Infinity, -Infinity, 2 ** 31, -(2 ** 31), 2 ** 31 - 1, 2 ** 53, 1e-300])
    if (roll < 8) return this.next() * 10 ** this.int(20)
    if (roll < 14) return this.string()
    if (roll < 16) return this.pick([0n, -1n, 2n ** 63n, -(2n ** 63n), 2n ** 63n - 1n, -(2n ** 100n), 12345n])
    return this.pick([undefined, null, true, false])
  }

  string(): string {
    const length = this.pick([0, 1, 2, 5, 12, 13, 30, 63, 64, 100, 511, 512, 513, 3000])
    const alphabet = this.pick(['ab', 'aé\u00ff', 'a\u0100日', '\ud83d\ude00', '\ud800a\udc00', '\u0000\n"\\'])
    let text = ''
    const size = Math.min(length, this.int(20) === 0 ? length : 64)
    for (let i = 0; i < size; i++) text += alphabet[this.int(alphabet.length)]
    return text
  }

  #key(): string {
    return this.pick([
      'id',
      'name',
      'score',
      'a',
      'b',
      'c',
      '__proto__',
      'constructor',
      'toString',
      '0',
      '7',
      '',
      'a b',
      'é',
      '日',
      'x\u0000y',
      '\ud800',
    ])
  }

  #container(depth: number): unknown {
    const size = this.pick([0, 1, 2, 3, 4, 5, 8])
    const roll = this.int(10)
    if (roll < 5) return this.#object(size, depth)
    if (roll < 8) return this.#array(size, depth)
    if (roll === 8) {
      const map = this.#keep(new Map<unknown, unknown>())
      for (let i = 0; i < size; i++) map.set(this.#value(depth - 1), this.#value(depth - 1))
      return map
    }
    const set = this.#keep(new Set<unknown>())
    for (let i = 0; i < size; i++) set.add(this.#value(depth - 1))
    return set
  }

  #object(size: number, depth: number): unknown {
    const object = this.#keep(this.int(10) === 0 ? (Object.create(null) as object) : {})
    for (let i = 0; i < size; i++) {
      const value = this.#value(depth - 1)
      Object.defineProperty(object, this.#key(), { value, enumerable: true, configurable: true, writable: true })
    }
    if (this.int(20) === 0) Object.defineProperty(object, 'hidden', { value: () => 0, enumerable: false })
    if (this.int(20) === 0) Object.defineProperty(object, Symbol('s'), { value: () => 0, enumerable: true })
    if (this.int(20) === 0) Object.defineProperty(object, 'got', { get: () => 'from a getter', enumerable: true })
    return object
  }

  #array(size: number, depth: number): unknown {
    const array = this.#keep<unknown[]>([])
    const kind = this.int(6)
    for (let i = 0; i < size; i++) {
      if (kind === 0) array.push(this.int(1e6) - 5e5)
      else if (kind === 1) array.push(this.next())
      else if (kind === 2) array.push({ id: i, name: this.string(), score: this.next() })
      else if (this.int(10) === 0) array.length++
      else array.push(this.#value(depth - 1))
    }
    if (this.int(20) === 0) array[array.length + this.pick([1, 50, 20_000])] = this.#value(depth - 1)
    if (this.int(15) === 0) Object.assign(array, { extra: this.#value(depth - 1), '01': 1 })
    return array
  }

  #leaf(): object {
    switch (this.int(9)) {
      case 0:
        return new Date(this.pick([0, NaN, -1, 1e12, 8.64e15]))
      case 1:
        return new RegExp(this.pick(['a', '/', '\\d+|\n', '']), this.pick(['', 'g', 'giu', 'y']))
      case 2:
        return this.pick([Object(1), Object(NaN), Object('text'), Object(true), Object(5n)]) as object
      case 3:
        return new ArrayBuffer(this.int(20))
      case 4:
        return new ArrayBuffer(this.int(8), { maxByteLength: 8 + this.int(8) })
      default:
        return this.#view()
    }
  }

  #view(): object {
    const buffers = this.#objects.filter((object) => object instanceof ArrayBuffer)
    const known = buffers.length > 0 && this.int(2) === 0
    const buffer = known ? this.pick(buffers) : this.#fill(new ArrayBuffer(8 * this.int(5)))
    if (this.int(3) === 0) this.#keep(buffer)
    const View = this.pick<ViewConstructor>([
      Int8Array,
      Uint8Array,
      Uint8ClampedArray,
      Int16Array,
      Uint16Array,
      Int32Array,
      Uint32Array,
      Float32Array,
      Float64Array,
      BigInt64Array,
      BigUint64Array,
      DataView,
    ])
    const unit = View.BYTES_PER_ELEMENT ?? 1
    const offset = this.int(Math.floor(buffer.byteLength / unit) + 1) * unit
    const length = this.int(Math.floor((buffer.byteLength - offset) / unit) + 1)
    const toEnd = this.int(2) === 0 && (buffer.resizable || buffer.byteLength % unit === 0)
    return toEnd ? new View(buffer, offset) : new View(buffer, offset, length)
  }

  #fill(buffer: ArrayBuffer): ArrayBuffer {
    const bytes = new Uint8Array(buffer)
    for (let i = 0; i < bytes.length; i++) bytes[i] = this.int(256)
    return buffer
  }

  #keep<T>(object: T): T {
    this.#objects.push(object)
    return object
  }
}

interface ViewConstructor {
  new (buffer: ArrayBuffer, offset?: number, length?: number): ArrayBufferView
  readonly BYTES_PER_ELEMENT?: number
}
