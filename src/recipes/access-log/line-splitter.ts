/** A line longer than this is not kept in memory: it is reported as overlong, by its start. */
export const LONGEST_LINE = 16 * 1024 * 1024

/** What a {@link LineSplitter} hands on. */
export interface LineSink {
  /** Whole lines: `source[end - 1]` is the line feed of the last one. The bytes are valid during the call only. */
  lines(source: Buffer, start: number, end: number): void
  /** One line longer than {@link LONGEST_LINE}; `source[start, end)` is the part of it that was kept. */
  overlong(source: Buffer, start: number, end: number): void
}

/** Cuts a stream of blocks of any size into runs of whole lines; only lines across two blocks are copied. */
export class LineSplitter {
  readonly #sink: LineSink
  #carry: Buffer = Buffer.allocUnsafe(1 << 12)
  #carried = 0
  #overlong = false

  constructor(sink: LineSink) {
    this.#sink = sink
  }

  /** Hands on the lines that end in this block and keeps the rest of it for the next. */
  push(block: Buffer): void {
    let start = 0
    if (this.#carried > 0) {
      const end = block.indexOf(LF) + 1
      this.#keep(block, 0, end === 0 ? block.length : end)
      if (end === 0) return
      this.#finishCarried()
      start = end
    }
    const end = Math.max(start, block.lastIndexOf(LF) + 1)
    while (start < end) {
      const piece = Math.min(end, block.indexOf(LF, start + PIECE) + 1 || end)
      this.#sink.lines(block, start, piece)
      start = piece
    }
    this.#keep(block, end, block.length)
  }

  /** Hands on the last line, where it did not end in a line feed. Call it once, after the last block. */
  end(): void {
    if (this.#carried === 0) return
    this.#keep(LINE_FEED, 0, 1)
    this.#finishCarried()
  }

  #keep(block: Buffer, start: number, end: number): void {
    if (this.#overlong) return
    const needed = this.#carried + end - start
    if (needed > LONGEST_LINE) {
      if (this.#carried === 0) this.#keep(block, start, start + 1000)
      this.#overlong = true
      return
    }
    if (needed > this.#carry.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.#carry.length * 2))
      this.#carry.copy(larger, 0, 0, this.#carried)
      this.#carry = larger
    }
    block.copy(this.#carry, this.#carried, start, end)
    this.#carried = needed
  }

  #finishCarried(): void {
    const length = this.#carried
    const overlong = this.#overlong
    this.#carried = 0
    this.#overlong = false
    if (overlong) this.#sink.overlong(this.#carry, 0, length)
    else this.#sink.lines(this.#carry, 0, length)
  }
}

const LF = 10

// Many short calls and not one that lasts for a megabyte: V8 then compiles the sink's loop after a few, a fifth sooner.
const PIECE = 8192

const LINE_FEED = Buffer.from('\n')
