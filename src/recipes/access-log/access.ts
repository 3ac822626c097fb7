import { InvalidOptionError } from '../../index.ts'
import { LinePositions } from './line.ts'
import { type Source, Stream, batchesOf, mapped } from './stream.ts'

/** One line of an access log. */
export interface Access {
  /** The client's address or name. */
  readonly host: string
  readonly identity: string
  readonly user: string
  /** As logged: `20/May/2015:11:05:40 +0000`. */
  readonly time: string
  /** The request line as logged, escapes and all. */
  readonly request: string
  readonly status: number
  /** Bytes sent; 0 where the log has `-`. */
  readonly bytes: number
  /** null in the common format, which has none. */
  readonly referer: string | null
  /** null in the common format, which has none. */
  readonly userAgent: string | null
  /** The virtual host and its port, where lines begin with that; else null. */
  readonly vhost: string | null
}

/** What to do with items that a stage leaves out. */
export interface StageOptions<T> {
  /** Called with each item left out, beside counting it in the stream's `skipped`. */
  readonly onSkip?: ((item: T) => void) | undefined
}

const positions = new LinePositions()

/**
 * One line, in the combined, common or vhost format, as an {@link Access}; undefined when it is in none.
 *
 * @example
 * ```ts
 * import { parseAccess } from 'manyhands/recipes/access-log'
 *
 * const access = parseAccess('192.0.2.1 - - [01/Jun/2012:22:17:55 -0400] "GET / HTTP/1.1" 200 5120')
 * console.log(access?.host, access?.bytes) // 192.0.2.1 5120
 * ```
 */
export function parseAccess(line: string): Access | undefined {
  if (!positions.find(line)) return undefined
  const { vhostEnd, hostStart, hostEnd, identityEnd, userEnd, timeEnd, requestEnd, sizeEnd, refererEnd } = positions
  const statusStart = requestEnd + 2
  return {
    host: line.slice(hostStart, hostEnd),
    identity: line.slice(hostEnd + 1, identityEnd),
    user: line.slice(identityEnd + 1, userEnd),
    time: line.slice(userEnd + 2, timeEnd),
    request: line.slice(timeEnd + 3, requestEnd),
    status: Number(line.slice(statusStart, statusStart + 3)),
    bytes: Number(line.slice(statusStart + 4, sizeEnd)) || 0,
    referer: positions.combined ? line.slice(sizeEnd + 2, refererEnd) : null,
    userAgent: positions.combined ? line.slice(refererEnd + 3, positions.agentEnd) : null,
    vhost: vhostEnd > 0 ? line.slice(0, vhostEnd) : null,
  }
}

/**
 * Stage 2: from lines to {@link Access}es. Lines that fit no format are left out and counted in `skipped`; empty ones
 * are only left out.
 *
 * @param source - lines, or logs of lines as {@link localGzip} gives them.
 * @throws {@link InvalidOptionError} when it is a string.
 *
 * @example
 * ```ts
 * import { accessIter, localGzip } from 'manyhands/recipes/access-log'
 *
 * const accesses = accessIter(localGzip('logs/*'), { onSkip: (line) => console.error('not read:', line) })
 * let bytes = 0
 * for await (const access of accesses) bytes += access.bytes
 * console.log(bytes > 0, accesses.skipped) // true 0
 * ```
 */
export function accessIter(source: Source<string | Source<string>>, options?: StageOptions<string>): Stream<Access> {
  // A string is iterable, by its characters: surely a path was meant.
  if (typeof source === 'string') throw new InvalidOptionError('source', 'lines, as localGzip(path) gives them', source)
  return mapped(() => linesOf(source), parseAccess, options?.onSkip)
}

async function* linesOf(source: Source<string | Source<string>>): AsyncGenerator<readonly string[], void> {
  for await (const batch of batchesOf(source)) {
    let lines: string[] = []
    for (const item of batch) {
      if (typeof item !== 'string') {
        if (lines.length > 0) yield lines
        lines = []
        yield* linesOf(item)
      } else if (item !== '') lines.push(item)
    }
    if (lines.length > 0) yield lines
  }
}
