import type { Readable, Writable } from 'node:stream'
import { readLines } from './lines.ts'
import { type Output, outputWriter } from './output.ts'

/** Longest beginning of a line that is held back until its end comes. */
const LONGEST = 1024 * 1024

const NEWLINE = 10

/**
 * Passes on what a child writes, in whole lines and in order. Resolves when all of it was passed on.
 *
 * @param name of the child
 */
export async function relay(outputs: { readonly stdout: Readable; readonly stderr: Readable }, output: Output, name: string): Promise<void> {
  const { stdout, stderr } = outputs
  const ends = Promise.all([ended(stdout), ended(stderr)])
  const releases = [tolerateErrors(process.stdout), tolerateErrors(process.stderr)]
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
    target.once('drain', () => source.resume())
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

const tolerated = new Map<Writable, number>()
const ignore = (): void => {}

/** A reader of our output that went away (`… | head`) must not end this process while children use it. */
function tolerateErrors(stream: Writable): () => void {
  const users = tolerated.get(stream) ?? 0
  tolerated.set(stream, users + 1)
  if (users === 0) stream.on('error', ignore)
  return () => {
    const left = (tolerated.get(stream) ?? 1) - 1
    tolerated.set(stream, left)
    if (left === 0) stream.off('error', ignore)
  }
}
