import { HASH_START, HASH_STEP, hashBytes } from './byte-table.ts'
import type { ByteTable } from './byte-table.ts'
import { LinePositions, requestParts } from './line.ts'
import { type LineSink, LineSplitter } from './line-splitter.ts'
import { LogTally } from './tally.ts'

/**
 * Counts everything a report holds in one pass over the bytes of a log.
 *
 * The usual line is read byte by byte, without making a string. That way accepts only lines of which it is certain;
 * every other line, malformed ones among them, goes through the grammar in `line.ts`, so that there is one truth.
 * Nothing is counted before the whole line is known to fit.
 */
export class LogScanner implements LineSink {
  readonly tally: LogTally
  readonly #splitter = new LineSplitter(this)
  readonly #positions = new LinePositions()
  // Lines come in the order of time, so almost each is of the hour of the one before: counted here, then added at once.
  readonly #hour = Buffer.alloc(HOUR)
  #hourCount = 0

  /** @param memory - bytes for all names, of paths, hosts, agents…; then the rarest are forgotten. */
  constructor(memory: number) {
    this.tally = new LogTally(memory)
  }

  /** Takes the next block of the log, of any size. */
  push(block: Buffer): void {
    this.#splitter.push(block)
  }

  /** Call it once, after the last block. */
  end(): LogTally {
    this.#splitter.end()
    this.#startHour(this.#hour, 0)
    return this.tally
  }

  overlong(source: Buffer, start: number, end: number): void {
    this.tally.lines++
    this.tally.addMalformed(this.tally.lines, source, start, end)
  }

  // One function on purpose: its state stays in registers. Every loop also stops at a line feed, the last of which is
  // the last byte.
  lines(source: Buffer, begin: number, end: number): void {
    const { tally } = this
    const { hosts, methods, paths, agents, statuses } = tally
    const hour = this.#hour
    let start = begin
    while (start < end) {
      tally.lines++
      line: {
        let i = start
        let c = 0
        let hostStart = start
        let hash = HASH_START
        while ((c = source[i] ?? 0) > SPACE) {
          hash = Math.imul(hash ^ c, HASH_STEP)
          i++
        }
        if (c !== SPACE || i === start) break line
        let hostEnd = i
        let digits = i
        while (digits > start && isDigit(source[digits - 1] ?? 0)) digits--
        const vhost = digits < i && digits - 1 > start && source[digits - 1] === COLON
        if (vhost) {
          hash = HASH_START
          hostStart = ++i
          while ((c = source[i] ?? 0) > SPACE) {
            hash = Math.imul(hash ^ c, HASH_STEP)
            i++
          }
          if (c !== SPACE || i === hostStart) break line
          hostEnd = i
        }
        const hostHash = hash

        const identity = ++i
        while ((c = source[i] ?? 0) > SPACE) i++
        if (c !== SPACE || i === identity) break line
        const user = ++i
        while ((c = source[i] ?? 0) > SPACE) i++
        if (c !== SPACE || i === user || source[i + 1] !== OPEN) break line

        const time = i + 2
        i = time
        while (i < time + HOUR && source[i] === hour[i - time]) i++
        const sameHour = i === time + HOUR
        while ((c = source[i] ?? 0) !== CLOSE && c !== LF) i++
        if (c === LF || i < time + HOUR || source[i + 1] !== SPACE || source[i + 2] !== QUOTE) break line

        const method = i + 3
        i = method
        hash = HASH_START
        while (WORD[(c = source[i] ?? 0)] === 1) {
          hash = Math.imul(hash ^ c, HASH_STEP)
          i++
        }
        if (c !== SPACE) break line
        const methodEnd = i
        const methodHash = hash
        const path = ++i
        hash = HASH_START
        while (PATH[(c = source[i] ?? 0)] === 1) {
          hash = Math.imul(hash ^ c, HASH_STEP)
          i++
        }
        const pathEnd = i
        const pathHash = hash
        while (WORD[(c = source[i] ?? 0)] === 1) i++
        if (c !== SPACE) break line
        i++
        while (WORD[(c = source[i] ?? 0)] === 1) i++
        if (c !== QUOTE || source[i + 1] !== SPACE || source[i + 5] !== SPACE) break line

        const hundreds = (source[i + 2] ?? 0) - ZERO
        const tens = (source[i + 3] ?? 0) - ZERO
        const ones = (source[i + 4] ?? 0) - ZERO
        if (hundreds < 0 || hundreds > 9 || tens < 0 || tens > 9 || ones < 0 || ones > 9) break line
        const sizeStart = i + 6
        let size = 0
        for (i = sizeStart; (c = source[i] ?? 0) >= ZERO && c <= NINE; i++) size = size * 10 + (c - ZERO)
        if (i === sizeStart) {
          if (c !== DASH) break line
          i++
        }

        let agent = 0
        if (source[i] === SPACE && source[i + 1] === QUOTE) {
          i += 2
          while (QUOTED[(c = source[i] ?? 0)] === 1) i++
          if (c !== QUOTE || source[i + 1] !== SPACE || source[i + 2] !== QUOTE) break line
          agent = i + 3
          i = agent
          hash = HASH_START
          while (QUOTED[(c = source[i] ?? 0)] === 1) {
            hash = Math.imul(hash ^ c, HASH_STEP)
            i++
          }
          if (c !== QUOTE) break line
        }

        // The line fits.
        if (agent > 0) {
          tally.combined++
          agents.add(source, agent, i, hash)
          i++
        } else tally.common++
        if (vhost) tally.vhost++
        tally.bytes += size
        const status = hundreds * 100 + tens * 10 + ones
        statuses[status] = (statuses[status] ?? 0) + 1
        if (!sameHour) this.#startHour(source, time)
        this.#hourCount++
        hosts.add(source, hostStart, hostEnd, hostHash)
        methods.add(source, method, methodEnd, methodHash)
        paths.add(source, path, pathEnd, pathHash)
        start = (source[i] === LF ? i : source.indexOf(LF, i)) + 1
        continue
      }
      start = this.#byGrammar(source, start)
    }
  }

  /** Counts the line at `start` by the grammar, and says where the next one starts. */
  #byGrammar(source: Buffer, start: number): number {
    const { tally } = this
    const next = source.indexOf(LF, start) + 1
    const end = next - 2 >= start && source[next - 2] === CR ? next - 2 : next - 1
    if (end === start) {
      tally.blank++
      return next
    }
    const line = this.#positions
    const text = source.toString('latin1', start, end)
    if (!line.find(text)) {
      tally.addMalformed(tally.lines, source, start, end)
      return next
    }
    if (line.combined) {
      tally.combined++
      add(tally.agents, source, start + line.agentStart, start + line.agentEnd)
    } else tally.common++
    if (line.vhostEnd > 0) tally.vhost++
    add(tally.hosts, source, start + line.hostStart, start + line.hostEnd)
    add(tally.hours, source, start + line.timeStart, start + Math.min(line.timeStart + HOUR, line.timeEnd))
    tally.addStatus(Number(text.slice(line.statusStart, line.statusStart + 3)))
    const size = text.slice(line.sizeStart, line.sizeEnd)
    if (size !== '-') tally.bytes += Number(size)

    const [methodEnd, targetEnd] = requestParts(text, line.requestStart, line.requestEnd)
    if (targetEnd === 0) {
      tally.oddRequests++
      return next
    }
    const query = text.indexOf('?', methodEnd + 1)
    const pathEnd = query !== -1 && query < targetEnd ? query : targetEnd
    add(tally.methods, source, start + line.requestStart, start + methodEnd)
    add(tally.paths, source, start + methodEnd + 1, start + pathEnd)
    return next
  }

  #startHour(source: Buffer, time: number): void {
    if (this.#hourCount > 0) add(this.tally.hours, this.#hour, 0, HOUR, this.#hourCount)
    this.#hourCount = 0
    source.copy(this.#hour, 0, time, time + HOUR)
  }
}

function add(table: ByteTable, source: Buffer, start: number, end: number, count = 1): void {
  table.add(source, start, end, hashBytes(source, start, end), count)
}

const LF = 10
const CR = 13
const SPACE = 32
const QUOTE = 34
const DASH = 45
const ZERO = 48
const NINE = 57
const COLON = 58
const QUESTION = 63
const OPEN = 91
const BACKSLASH = 92
const CLOSE = 93

/** The length of `20/May/2015:11`. */
const HOUR = 14

// 1 for each byte that a loop may pass: the others end a part, or are for the grammar to judge.
const QUOTED = passing((c) => c !== QUOTE && c !== BACKSLASH && c !== LF)
const WORD = passing((c) => c > SPACE && c !== QUOTE && c !== BACKSLASH)
const PATH = passing((c) => c > SPACE && c !== QUOTE && c !== BACKSLASH && c !== QUESTION)

function passing(test: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (test(byte) ? 1 : 0))
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE
}
