import { open } from 'node:fs/promises'
import { ByteReader } from './byte-reader.ts'
import { type GzipEnd, gunzip, isGzip } from './gunzip.ts'

/** The text of a plain or gzip file, which it is being told by its first bytes and not by its name. */
export class LogFile {
  readonly path: string
  /** Bytes of the file. This and what follows is final when its blocks have been read. */
  size = 0
  /** Bytes of text in it: of a gzip file, after gunzip. */
  raw = 0
  gzip = false
  /** How many bytes of the text, from its start, are known not to be damaged. */
  sound = 0
  #end: GzipEnd = { kind: 'whole' }
  #packing: string | null = null

  constructor(path: string) {
    this.path = path
  }

  /** Whether it contradicts itself, as gzip with a wrong checksum does. */
  get damaged(): boolean {
    return this.#end.kind === 'damaged'
  }

  /** What is wrong with it, in words; null when nothing is. */
  get problem(): string | null {
    if (this.#end.kind === 'truncated') return 'gzip cut short; counted as far as it goes'
    if (this.#end.kind === 'damaged') return `damaged gzip (${this.#end.why})`
    if (this.#end.kind === 'trailing-garbage') return 'what follows the gzip data is not gzip; it is not counted'
    if (this.#packing === 'gzip') return 'gzip within gzip; the inner one is not unpacked, its bytes were read as lines'
    return this.#packing && `${this.#packing}, which is not unpacked here; its bytes were read as lines`
  }

  /**
   * Reads the text, in blocks of up to 1 MiB. A block is valid until the next is asked for.
   *
   * @param limit - stop after that many bytes.
   * @throws the error of `node:fs` when the file cannot be opened or read.
   */
  async *blocks(limit = Infinity): AsyncGenerator<Buffer, void> {
    if (limit <= 0) return
    const file = await open(this.path)
    try {
      this.size = (await file.stat()).size
      const input = new ByteReader(file)
      await input.fill(6)
      this.gzip = isGzip(input.window())
      this.raw = 0
      for await (const whole of this.gzip ? this.#gunzip(input) : plain(input)) {
        if (this.raw === 0) this.#packing = packingOf(whole)
        const block = whole.subarray(0, limit - this.raw)
        this.raw += block.length
        if (block.length > 0) yield block
        if (this.raw === limit) return
      }
      if (!this.gzip) this.size = this.sound = this.raw
    } finally {
      await file.close()
    }
  }

  async *#gunzip(input: ByteReader): AsyncGenerator<Buffer, void> {
    const { sound, ...end } = yield* gunzip(input)
    this.sound = sound
    this.#end = end
  }
}

async function* plain(input: ByteReader): AsyncGenerator<Buffer, void> {
  while (await input.fill(1)) {
    const block = input.window()
    yield block
    input.skip(block.length)
  }
}

const PACKINGS = new Map([
  ['gzip', '1f8b08'],
  ['bzip2', '425a68'],
  ['xz', 'fd377a585a00'],
  ['zstd', '28b52ffd'],
  ['zip', '504b0304'],
])

function packingOf(start: Buffer): string | null {
  for (const [name, magic] of PACKINGS) if (start.toString('hex', 0, magic.length / 2) === magic) return name
  return null
}
