import { open } from 'node:fs/promises'
import { ByteReader } from './byte-reader.ts'
import { type GzipEnd, gunzip, isGzip } from './gunzip.ts'

/** What a file turned out to be, once it was read. */
export interface FileEnd {
  /** Bytes of the file. */
  readonly size: number
  /** Bytes of text in it: of a gzip file, after gunzip. */
  readonly raw: number
  /** Whether it is gzip, by its first bytes; its name is not asked. */
  readonly gzip: boolean
  /** Another packing that its first bytes tell of, such as `'bzip2'`. Its bytes are given as they are. */
  readonly packed: string | null
  readonly end: GzipEnd
  /** How many bytes of the text, from its start, are known not to be damaged. */
  readonly sound: number
}

/**
 * The text of a plain or gzip file, in blocks of up to 1 MiB.
 *
 * @param limit - stop after that many bytes of text.
 * @throws the error of `node:fs` when the file cannot be opened or read.
 */
export async function* readBlocks(path: string, limit = Infinity): AsyncGenerator<Buffer, FileEnd> {
  const file = await open(path)
  try {
    const input = new ByteReader(file)
    await input.fill(6)
    const gzip = isGzip(input.window())
    const packed = packingOf(input.window())
    const blocks = gzip ? gunzip(input) : plain(input)
    let raw = 0
    for (;;) {
      const next = await blocks.next()
      if (next.done === true) {
        const { sound, ...end } = next.value
        return { size: (await file.stat()).size, raw, gzip, packed, end, sound }
      }
      const block = next.value.subarray(0, limit - raw)
      raw += block.length
      if (block.length > 0) yield block
      if (raw === limit) {
        await blocks.return({ kind: 'whole', sound: raw })
        return { size: (await file.stat()).size, raw, gzip, packed, end: { kind: 'whole' }, sound: raw }
      }
    }
  } finally {
    await file.close()
  }
}

async function* plain(input: ByteReader): AsyncGenerator<Buffer, GzipEnd & { readonly sound: number }> {
  while (await input.fill(1)) {
    const block = input.window()
    yield block
    input.skip(block.length)
  }
  return { kind: 'whole', sound: input.position }
}

const PACKINGS = new Map([['bzip2', '425a68'], ['xz', 'fd377a585a00'], ['zstd', '28b52ffd'], ['zip', '504b0304']])

function packingOf(start: Buffer): string | null {
  for (const [name, magic] of PACKINGS) if (start.toString('hex', 0, magic.length / 2) === magic) return name
  return null
}
