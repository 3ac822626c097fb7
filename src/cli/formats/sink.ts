import { once } from 'node:events'
import { open, rename, rm } from 'node:fs/promises'

/** Where data goes. */
export interface Sink {
  write(text: string): Promise<void>
}

/** The reader of our output went away, as `head` does when it has enough. That is no failure. */
export class ClosedPipe extends Error {}

/** Standard output, no faster than its reader takes it. */
export const stdout: Sink = {
  async write(text) {
    if (state.closed) throw new ClosedPipe()
    if (process.stdout.write(text)) return
    try {
      await once(process.stdout, 'drain')
    } catch (error) {
      throw isClosedPipe(error) ? new ClosedPipe() : error
    }
  },
}

const state = { closed: false }

/** Makes a pipe that was closed no error of the process: of stdout it ends what writes, of stderr it is ignored. */
export function toleratePipes(): void {
  process.stdout.on('error', (error) => {
    if (!isClosedPipe(error)) throw error
    state.closed = true
  })
  // Nobody is there to hear it.
  process.stderr.on('error', () => {})
}

function isClosedPipe(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED')
}

/** Writes a file under another name, which then takes its own: a file that is there is whole. */
export async function wholeFile<R>(path: string, write: (temporary: string) => Promise<R>): Promise<R> {
  const temporary = `${path}.${process.pid}.part`
  try {
    const result = await write(temporary)
    await rename(temporary, path)
    return result
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** A file as a sink, as long as `write` runs. */
export async function fileSink<R>(path: string, write: (sink: Sink) => Promise<R>): Promise<R> {
  const file = await open(path, 'w')
  try {
    return await write({ write: (text) => file.appendFile(text) })
  } finally {
    await file.close()
  }
}
