import { types } from 'node:util'
// By its default: a Node too old for us has no such name, and must get as far as the line that says so.
import workerThreads from 'node:worker_threads'

const moved = new WeakSet<ArrayBuffer>()
let any = false

/**
 * Marks a buffer to be moved instead of copied when it is next sent to a thread: that takes no time whatever its size,
 * and the buffer is empty (detached) here afterwards. A process cannot be given memory; there it is copied.
 *
 * A Buffer that shares its memory with others (Node.js keeps small ones in a pool) is copied as well.
 *
 * @returns The value itself, so that the call can be put around an argument.
 * @example
 * ```ts
 * import { move } from 'manyhands'
 *
 * const pixels = new Uint8Array(1_000_000)
 * const argument = move(pixels) // for example: await pool.apply(blur, [move(pixels)])
 * console.log(argument === pixels) // true
 * ```
 */
export function move<T extends ArrayBuffer | ArrayBufferView>(value: T): T {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value
  const pooled = Buffer.isBuffer(value) && value.byteLength !== value.buffer.byteLength
  if (types.isArrayBuffer(buffer) && !pooled && !workerThreads.isMarkedAsUntransferable(buffer)) {
    moved.add(buffer)
    any = true
  }
  return value
}

/** Whether the buffer is to be moved. */
export function isMoved(buffer: ArrayBuffer): boolean {
  return any && moved.has(buffer)
}
