import type { Readable, Writable } from 'node:stream'
import { readLines } from './lines.ts'
import { type Output, outputWriter } from './output.ts'

/** Longest beginning of a line that is held back until its end comes. */
const LONGEST = 1024 * 1024

const NEWLINE = 10

interface Outputs {
  readonly stdout: Readable
  readonly stderr: Readable
}

/**
 * Passes on what a child writes, in whole lines and in order. Resolves when all of it was passed on.
 *
 * @param name of the child
 */
export async function relay({ stdout, stderr }: Outputs, output: Output, name: string): Promise<void> {
  const ends = Promise.all([ended(stdout), ended(stderr)])
  const releases = [use(process.stdout), use(process.stderr)]
  if (output === 'plain') {
    passOn(stdout, process.stdout)
    passOn(stderr, process.stderr)
  } else {
    const write = outputWriter(output)
    readLines(stdout, (line) => write({ name }, line, 'stdout'))
    readLines(stderr, (line) => write({ name }, line, 'stderr'))
  }
  await ends
  // An error of the last write is told a little later.
  setImmediate(() => {
    for (const release of releases) release()
  })
}

function ended(stream: Readable): Promise<unknown> {
  return new Promise((resolve) => {
    for (const event of ['end', 'close']) stream.once(event, resolve)
  })
}

/** Writes each byte as it was written, but an unfinished line only once it is finished, so that lines do not mix. */
function passOn(source: Readable, target: Writable): void {
  let held: Buffer[] = []
  let size = 0
  const write = (bytes: Buffer): void => {
    if (target.write(bytes) || target.destroyed) return
    source.pause()
    outlets.get(target)?.waiting.add(source)
  }
  source.on('data', (chunk: Buffer) => {
    const end = chunk.lastIndexOf(NEWLINE) + 1
    if (end === 0) {
      held.push(chunk)
      size += chunk.length
      if (size < LONGEST) return
    }
    const lines = end === 0 ? held : [...held, chunk.subarray(0, end)]
    const rest = end === 0 ? Buffer.alloc(0) : chunk.subarray(end)
    held = rest.length > 0 ? [rest] : []
    size = rest.length
    write(Buffer.concat(lines))
  })
  source.on('end', () => {
    if (size > 0) write(Buffer.concat(held))
  })
  // The stream of a killed child may break; what it wrote before was read.
  source.on('error', () => {})
}

/** A stream of this process while children's output goes to it. */
interface Outlet {
  users: number
  /** Those that wait until it takes more. */
  readonly waiting: Set<Readable>
  /** Its listener, one for all users: lets those that wait go on. */
  readonly goOn: () => void
}

const outlets = new Map<Writable, Outlet>()
/** `error`: a reader that went away (`… | head`) must not end this process while it has children, nor stop them. */
const EVENTS = ['drain', 'error', 'close']

/** Uses a stream of this process; gives what ends that. */
function use(stream: Writable): () => void {
  let outlet = outlets.get(stream)
  if (outlet === undefined) {
    const waiting = new Set<Readable>()
    const goOn = (): void => {
      for (const source of waiting) source.resume()
      waiting.clear()
    }
    outlet = { users: 0, waiting, goOn }
    outlets.set(stream, outlet)
    for (const event of EVENTS) stream.on(event, goOn)
  }
  const { goOn } = outlet
  outlet.users++
  return () => {
    if (--outlet.users > 0) return
    outlets.delete(stream)
    for (const event of EVENTS) stream.off(event, goOn)
  }
}
