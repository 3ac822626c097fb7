import { crc32, createInflateRaw } from 'node:zlib'
import type { ByteReader } from './byte-reader.ts'

/** How a gzip file ended: whole, or how it was not. */
export type GzipEnd =
  { readonly kind: 'whole' | 'truncated' | 'trailing-garbage' } | { readonly kind: 'damaged'; readonly why: string }

/**
 * The contents of a gzip file (RFC 1952), all members of it, in blocks of up to 1 MiB.
 *
 * zlib's own stream stops at some member boundaries and goes on at others, depending on where its input happens to be
 * cut, and loses the last block before an error. So members are told apart here, and zlib inflates one at a time.
 *
 * @returns how it ended, and how many bytes came out of members whose checksum and length were right.
 */
export async function* gunzip(input: ByteReader): AsyncGenerator<Buffer, GzipEnd & { readonly sound: number }> {
  let sound = 0
  for (;;) {
    if (!(await input.fill(1))) return { ...WHOLE, sound }
    const header = await takeHeader(input)
    if (header.kind === 'padding') return { ...WHOLE, sound }
    if (header.kind !== 'whole') return { ...header, sound }

    const member = new Member(input)
    yield* member.blocks()
    if (member.error !== null) return { ...failure(member.error), sound }
    if (!(await input.fill(8))) return { ...TRUNCATED, sound }
    if (input.uint32() !== member.crc) return { kind: 'damaged', why: 'wrong checksum', sound }
    if (input.uint32() !== member.length % 2 ** 32) return { kind: 'damaged', why: 'wrong length', sound }
    sound += member.length
  }
}

function failure(error: Error): GzipEnd {
  return 'code' in error && error.code === 'Z_BUF_ERROR' ? TRUNCATED : { kind: 'damaged', why: error.message }
}

/** One member's deflated data. Nothing of it is lost when it is cut short; all of it is consumed when it is not. */
class Member {
  length = 0
  crc = 0
  error: Error | null = null
  readonly #input: ByteReader

  constructor(input: ByteReader) {
    this.#input = input
  }

  async *blocks(): AsyncGenerator<Buffer, void> {
    const input = this.#input
    const inflate = createInflateRaw({ chunkSize: BLOCK })
    let done = false
    let writing = false
    let wake = (): void => {}
    const finish = (): void => {
      done = true
      wake()
    }
    inflate.on('readable', () => wake())
    inflate.once('end', finish)
    inflate.once('error', (error) => {
      this.error = error
      finish()
    })
    let consumed = 0
    try {
      while (!done) {
        const block: unknown = inflate.read()
        if (block instanceof Buffer) {
          this.length += block.length
          this.crc = crc32(block, this.crc)
          yield block
          continue
        }
        const woken = new Promise<void>((resolve) => {
          wake = resolve
        })
        if (!writing) {
          input.skip(inflate.bytesWritten - consumed)
          consumed = inflate.bytesWritten
          writing = true
          // Ended only when all that was written has come out: an error at the end then loses nothing.
          if (await input.fill(1)) inflate.write(input.window(), () => ((writing = false), wake()))
          else inflate.end()
        }
        await woken
      }
      input.skip(inflate.bytesWritten - consumed)
    } finally {
      inflate.destroy()
    }
  }
}

/** Takes a member's header. Behind the last member, zeros are padding and anything else is garbage. */
async function takeHeader(input: ByteReader): Promise<GzipEnd | { readonly kind: 'padding' }> {
  const first = input.position === 0
  await input.fill(10)
  const bytes = input.window()
  if (!first && bytes[0] === 0) return (await restIsZero(input)) ? { kind: 'padding' } : GARBAGE
  if (bytes[0] !== 0x1f || (bytes.length > 1 && bytes[1] !== 0x8b)) return GARBAGE
  if (bytes.length < 10) return TRUNCATED
  if (bytes[2] !== 8) return { kind: 'damaged', why: `unknown compression method ${bytes[2]}` }
  const flags = bytes[3] ?? 0
  input.skip(10)
  if (flags & EXTRA) {
    if (!(await input.fill(2))) return TRUNCATED
    const length = input.window().readUInt16LE(0) + 2
    if (!(await input.fill(length))) return TRUNCATED
    input.skip(length)
  }
  for (const flag of [NAME, COMMENT]) if (flags & flag && !(await skipText(input))) return TRUNCATED
  if (flags & HEADER_CRC) {
    if (!(await input.fill(2))) return TRUNCATED
    input.skip(2)
  }
  return WHOLE
}

/** Whether bytes begin as a gzip member does. */
export function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

async function skipText(input: ByteReader): Promise<boolean> {
  while (await input.fill(1)) {
    const end = input.window().indexOf(0)
    input.skip(end === -1 ? input.window().length : end + 1)
    if (end !== -1) return true
  }
  return false
}

async function restIsZero(input: ByteReader): Promise<boolean> {
  while (await input.fill(1)) {
    const window = input.window()
    if (!window.equals(Buffer.alloc(window.length))) return false
    input.skip(window.length)
  }
  return true
}

const BLOCK = 1024 * 1024
const HEADER_CRC = 2
const EXTRA = 4
const NAME = 8
const COMMENT = 16

const WHOLE: GzipEnd = { kind: 'whole' }
const TRUNCATED: GzipEnd = { kind: 'truncated' }
const GARBAGE: GzipEnd = { kind: 'trailing-garbage' }
