import { readSync } from 'node:fs'
import type { Framing } from './framing.ts'

/** What a log was found to be. */
export interface Scan {
  /** Where the last whole record ends. */
  readonly end: number
  /** Whether there are bytes that are no record: before the end, or after it where a write was cut short. */
  readonly damage: 'none' | 'inside' | 'tail'
}

const CHUNK = 1024 ** 2

/**
 * Reads a log from a position to its end.
 *
 * @param onRecord - gets each whole record, with the position of its text's frame and the frame's length.
 */
export function scanLog(
  descriptor: number,
  framing: Framing,
  from: number,
  onRecord: (text: string, offset: number, length: number) => void,
): Scan {
  let data = Buffer.alloc(0)
  let base = from
  let end = from
  let inside = false
  let wanted = CHUNK
  for (;;) {
    const more = Buffer.allocUnsafe(wanted)
    const count = readSync(descriptor, more, 0, wanted, base + data.length)
    data = Buffer.concat([data, more.subarray(0, count)])
    let offset = 0
    while (offset < data.length) {
      const found = framing.next(data, offset)
      if (found === 'cut') break
      if ('resume' in found) {
        inside = true
        offset = found.resume
      } else {
        onRecord(found.text, base + offset, found.end - offset)
        offset = found.end
        end = base + offset
      }
    }
    if (count === 0) return { end, damage: inside ? 'inside' : end < base + data.length ? 'tail' : 'none' }
    data = data.subarray(offset)
    base += offset
    // A record larger than what was read: twice as much the next time, not the same again and again.
    wanted = Math.max(CHUNK, data.length)
  }
}
