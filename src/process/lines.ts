import { StringDecoder } from 'node:string_decoder'
import type { Readable } from 'node:stream'

/** Longest line that is kept whole; beyond it the line is cut, so that a worker cannot fill the owner's memory. */
const LONGEST = 1024 * 1024

/** Calls `onLine` with each whole line of a stream, and with an unfinished last one at its end. */
export function readLines(stream: Readable, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line)
    if (rest.length > LONGEST) {
      onLine(rest)
      rest = ''
    }
  })
  stream.on('end', () => {
    rest += decoder.end()
    if (rest !== '') onLine(rest)
  })
  // The stream of a killed worker may break; what it wrote before was read.
  stream.on('error', () => {})
}
