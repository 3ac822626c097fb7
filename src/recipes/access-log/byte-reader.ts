import type { FileHandle } from 'node:fs/promises'

const SIZE = 256 * 1024

/** Reads a file from its start to its end, a window at a time. */
export class ByteReader {
  readonly #file: FileHandle
  readonly #buffer = Buffer.allocUnsafe(SIZE)
  #start = 0
  #end = 0
  /** Bytes of the file before the window. */
  position = 0

  constructor(file: FileHandle) {
    this.#file = file
  }

  /** Makes the window at least `bytes` long (at most 64 KiB); false when the file ends before. */
  async fill(bytes: number): Promise<boolean> {
    while (this.#end - this.#start < bytes) {
      if (this.#start > 0) this.#buffer.copyWithin(0, this.#start, this.#end)
      this.#end -= this.#start
      this.#start = 0
      const { bytesRead } = await this.#file.read(this.#buffer, this.#end, SIZE - this.#end, null)
      if (bytesRead === 0) return false
      this.#end += bytesRead
    }
    return true
  }

  /** The window. Its bytes are valid until the next {@link fill}. */
  window(): Buffer {
    return this.#buffer.subarray(this.#start, this.#end)
  }

  /** Moves the start of the window forward. */
  skip(bytes: number): void {
    this.#start += bytes
    this.position += bytes
  }

  /** Takes four bytes, little end first. They must be in the window. */
  uint32(): number {
    const value = this.#buffer.readUInt32LE(this.#start)
    this.skip(4)
    return value
  }
}
