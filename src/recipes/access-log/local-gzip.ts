import { isAscii } from 'node:buffer'
// By its default: a Node too old for us has no `glob`, and must get as far as the line that says so.
import fs from 'node:fs/promises'
import { InvalidOptionError } from '../../index.ts'
import { decodeText } from './byte-table.ts'
import { LineSplitter } from './line-splitter.ts'
import { LogFile } from './log-file.ts'
import { type Source, Stream, batchesOf } from './stream.ts'

/**
 * The lines of one log, without their line ends. They are read when asked for.
 *
 * @example
 * ```ts
 * import { LogLines } from 'manyhands/recipes/access-log'
 *
 * for await (const line of new LogLines('logs/monday.log')) console.log(line.split(' ')[0])
 * ```
 */
export class LogLines extends Stream<string> {
  readonly path: string
  readonly #file: LogFile

  constructor(path: string) {
    super(() => this.#read())
    this.path = path
    this.#file = new LogFile(path)
  }

  /** What is wrong with the file, such as gzip that is cut short, or null. Final when the lines have ended. */
  get problem(): string | null {
    return this.#file.problem
  }

  async *#read(): AsyncGenerator<readonly string[], void> {
    let lines: string[] = []
    const splitter = new LineSplitter({
      lines: (source, start, end) => addLines(lines, source, start, end),
      overlong: () => this.skipped++,
    })
    for await (const block of this.#file.blocks()) {
      splitter.push(block)
      if (lines.length === 0) continue
      yield lines
      lines = []
    }
    splitter.end()
    if (lines.length > 0) yield lines
  }
}

/**
 * Stage 1: from the names of logs to their lines, a {@link LogLines} for each file, in the order of the names.
 *
 * Plain files may be among them: gzip is told by content. A gzip file that is cut short or damaged gives the lines that
 * could be read, then `problem` says what is wrong.
 *
 * @param pattern - a path, a glob pattern such as `'logs/*.gz'`, or several.
 * @throws {@link InvalidOptionError} when a pattern matches no file.
 *
 * @example
 * ```ts
 * import { localGzip } from 'manyhands/recipes/access-log'
 *
 * for await (const log of localGzip('logs/*')) {
 *   let lines = 0
 *   for await (const line of log) lines++
 *   console.log(log.path, lines, log.problem ?? 'read to its end')
 * }
 * ```
 */
export function localGzip(pattern: string | Source<string>): Stream<LogLines> {
  return new Stream(async function* () {
    for await (const patterns of batchesOf(typeof pattern === 'string' ? [pattern] : pattern)) {
      for (const one of patterns) yield (await matching(one)).map((path) => new LogLines(path))
    }
  })
}

async function matching(pattern: string): Promise<string[]> {
  // A name is itself, whatever characters are in it, before it is a pattern.
  if (
    await fs.stat(pattern).then(
      (found) => !found.isDirectory(),
      () => false,
    )
  )
    return [pattern]
  const found: string[] = []
  for await (const entry of fs.glob(pattern, { withFileTypes: true })) {
    if (!entry.isDirectory()) found.push(`${entry.parentPath}/${entry.name}`)
  }
  if (found.length === 0) throw new InvalidOptionError('pattern', 'a file, or a pattern that matches one', pattern)
  return found.sort()
}

const LF = 10
const CR = 13

function addLines(lines: string[], source: Buffer, begin: number, end: number): void {
  const ascii = isAscii(source.subarray(begin, end))
  for (let start = begin; start < end;) {
    const feed = source.indexOf(LF, start)
    const stop = feed > start && source[feed - 1] === CR ? feed - 1 : feed
    // A string for each line, not slices of one for all: a path kept as a key must not keep a megabyte alive.
    lines.push(ascii ? source.toString('latin1', start, stop) : decodeText(source.subarray(start, stop)))
    start = feed + 1
  }
}
