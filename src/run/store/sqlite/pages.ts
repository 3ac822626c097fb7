import { readSync } from 'node:fs'

/** A value in a record: INTEGER and REAL as numbers, BLOBs as undefined, for there are none in a store. */
export type Cell = string | number | null | undefined

/** A row found in a page: its rowid (0 in an index page) and its columns. */
export interface FoundRow {
  readonly rowid: number
  readonly cells: readonly Cell[]
}

const TABLE_LEAF = 0x0d
const INDEX_LEAF = 0x0a

/**
 * Reads a database file page by page, without its trees: https://www.sqlite.org/fileformat2.html, sections 1.6 and
 * 2.1. What does not hold together is left out, so that it may be pointed at any damaged file.
 */
export class PageReader {
  readonly #descriptor: number
  readonly #pageSize: number
  readonly #pages: number

  constructor(descriptor: number, fileSize: number, pageSize: number) {
    this.#descriptor = descriptor
    this.#pageSize = pageSize
    this.#pages = Math.ceil(fileSize / pageSize)
  }

  /** The rows of all leaf pages, in the order of the pages. */
  *rows(): Generator<FoundRow> {
    for (let page = 1; page <= this.#pages; page++) yield* this.#rowsOf(this.#read(page), page === 1 ? 100 : 0)
  }

  *#rowsOf(page: Buffer, start: number): Generator<FoundRow> {
    const type = page[start]
    if ((type !== TABLE_LEAF && type !== INDEX_LEAF) || page.length < this.#pageSize) return
    const cells = page.readUInt16BE(start + 3)
    if (start + 8 + 2 * cells > page.length) return
    for (let index = 0; index < cells; index++) {
      const offset = page.readUInt16BE(start + 8 + 2 * index)
      const row =
        offset >= start + 8 + 2 * cells && offset < page.length - 4
          ? this.#cell(page, offset, type === TABLE_LEAF)
          : undefined
      if (row !== undefined) yield row
    }
  }

  #cell(page: Buffer, offset: number, isTable: boolean): FoundRow | undefined {
    const [size, afterSize] = varint(page, offset)
    const [rowid, start] = isTable ? varint(page, afterSize) : [0, afterSize]
    const payload = this.#payload(page, start, size, isTable)
    const cells = payload && record(payload)
    return cells && { rowid, cells }
  }

  /** A record's bytes: in the page, and in a chain of overflow pages where they are many. */
  #payload(page: Buffer, start: number, size: number, isTable: boolean): Buffer | undefined {
    const usable = this.#pageSize
    const most = isTable ? usable - 35 : Math.floor(((usable - 12) * 64) / 255) - 23
    if (size <= 0 || size > this.#pages * usable) return undefined
    if (size <= most) return start + size <= page.length ? page.subarray(start, start + size) : undefined
    const least = Math.floor(((usable - 12) * 32) / 255) - 23
    const fit = least + ((size - least) % (usable - 4))
    const local = fit <= most ? fit : least
    if (start + local + 4 > page.length) return undefined
    const parts = [page.subarray(start, start + local)]
    let next = page.readUInt32BE(start + local)
    for (let missing = size - local; missing > 0;) {
      if (next < 2 || next > this.#pages) return undefined
      const overflow = this.#read(next)
      const part = overflow.subarray(4, 4 + Math.min(missing, usable - 4))
      if (part.length === 0) return undefined
      parts.push(part)
      missing -= part.length
      next = overflow.readUInt32BE(0)
    }
    return Buffer.concat(parts)
  }

  #read(page: number): Buffer {
    const buffer = Buffer.alloc(this.#pageSize)
    return buffer.subarray(0, readSync(this.#descriptor, buffer, 0, this.#pageSize, (page - 1) * this.#pageSize))
  }
}

/** A number of one to nine bytes, and where it ends. Beyond 2^53 it is no size or rowid of ours. */
function varint(bytes: Buffer, offset: number): [value: number, end: number] {
  let value = 0
  for (let index = offset; index < offset + 8; index++) {
    const byte = bytes[index] ?? 0
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) return [value, index + 1]
  }
  return [value * 256 + (bytes[offset + 8] ?? 0), offset + 9]
}

const SIZES = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0]

/** The columns of a record; undefined where its header does not fit its length. */
function record(payload: Buffer): Cell[] | undefined {
  const [headerSize, firstType] = varint(payload, 0)
  if (headerSize > payload.length) return undefined
  const cells: Cell[] = []
  let offset = headerSize
  for (let at = firstType; at < headerSize;) {
    const [type, next] = varint(payload, at)
    at = next
    const size = type < 10 ? (SIZES[type] ?? 0) : Math.floor((type - 12) / 2)
    if (type === 10 || type === 11 || offset + size > payload.length) return undefined
    cells.push(cell(payload, type, offset, size))
    offset += size
  }
  return offset === payload.length ? cells : undefined
}

function cell(payload: Buffer, type: number, offset: number, size: number): Cell {
  if (type === 0) return null
  if (type === 7) return payload.readDoubleBE(offset)
  if (type === 8 || type === 9) return type - 8
  if (type < 7) return size === 8 ? Number(payload.readBigInt64BE(offset)) : payload.readIntBE(offset, size)
  return type % 2 === 1 ? payload.toString('utf8', offset, offset + size) : undefined
}
