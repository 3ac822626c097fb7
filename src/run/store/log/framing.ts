import { crc32 } from 'node:zlib'
import { FORMAT_VERSION, FRAMES_START } from '../format.ts'

/** How records lie one after another in a log. */
export interface Framing {
  /** What a new file begins with. */
  readonly start: string
  /** The bytes of some records. */
  wrap(records: readonly string[]): Buffer
  /**
   * Finds the first record in `data` at or after `offset`.
   *
   * @returns its text and where it ends; `'cut'` when the rest of the data is the beginning of one; or, for bytes that
   * are none, where the next record may begin (the length of the data when there is none).
   */
  next(
    data: Buffer,
    offset: number,
  ): { readonly text: string; readonly end: number } | { readonly resume: number } | 'cut'
}

const NEWLINE = 0x0a

/** One JSON object per line: the format that every tool reads. */
export const lineFraming: Framing = {
  start: '',
  wrap: (records) => Buffer.from(`${records.join('\n')}\n`),
  next(data, offset) {
    const newline = data.indexOf(NEWLINE, offset)
    if (newline < 0) return 'cut'
    const text = data.toString('utf8', offset, newline)
    return isObject(text) ? { text, end: newline + 1 } : { resume: newline + 1 }
  },
}

const MARK = Buffer.from([0xa7, 0x6d, 0x68, 0x0a])
const HEADER = MARK.length + 8

/**
 * Each record with a mark, its length and its CRC-32 (both 32 bits, little endian): damage is noticed wherever it is,
 * and the mark is where reading goes on behind it.
 */
export const frameFraming: Framing = {
  start: `${FRAMES_START}${FORMAT_VERSION}\n`,
  wrap(records) {
    return Buffer.concat(
      records.flatMap((record) => {
        const text = Buffer.from(record)
        const header = Buffer.alloc(HEADER)
        MARK.copy(header)
        header.writeUInt32LE(text.length, MARK.length)
        header.writeUInt32LE(crc32(text), MARK.length + 4)
        return [header, text]
      }),
    )
  },
  next(data, offset) {
    const mark = data.subarray(offset, offset + MARK.length)
    if (!MARK.subarray(0, mark.length).equals(mark)) return resumeAt(data, offset + 1)
    if (data.length - offset < HEADER) return 'cut'
    const start = offset + HEADER
    const end = start + data.readUInt32LE(offset + MARK.length)
    // The checksum of nothing is 0, so zeros would pass for a record.
    if (end === start) return resumeAt(data, offset + 1)
    if (end > data.length) return 'cut'
    const bytes = data.subarray(start, end)
    if (crc32(bytes) !== data.readUInt32LE(offset + MARK.length + 4)) return resumeAt(data, offset + 1)
    return { text: bytes.toString('utf8'), end }
  },
}

function resumeAt(data: Buffer, from: number): { readonly resume: number } {
  const mark = data.indexOf(MARK, from)
  return { resume: mark < 0 ? data.length : mark }
}

function isObject(text: string): boolean {
  if (!text.startsWith('{')) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
