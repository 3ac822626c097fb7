/**
 * Node's own string methods of Buffer, without the encoding's name being looked up at each call. They are what
 * `buf.write(text, 'latin1')` calls, exist in every version of Node, and work on any Uint8Array.
 */
export interface RawBuffer extends Buffer<ArrayBuffer> {
  latin1Write(text: string, offset: number, length: number): number
  ucs2Write(text: string, offset: number, length: number): number
}

interface Slicers {
  readonly latin1Slice: (this: Uint8Array, start: number, end: number) => string
  readonly ucs2Slice: (this: Uint8Array, start: number, end: number) => string
}

/** Uninitialised memory of its own, outside of the pool. */
export function rawBuffer(size: number): RawBuffer {
  return Buffer.allocUnsafeSlow(size) as RawBuffer
}

const { latin1Slice, ucs2Slice } = Buffer.prototype as unknown as Slicers

export function readLatin1(bytes: Uint8Array, start: number, end: number): string {
  return latin1Slice.call(bytes, start, end)
}

export function readWide(bytes: Uint8Array, start: number, end: number): string {
  return ucs2Slice.call(bytes, start, end)
}

/**
 * Whether a string needs two bytes a character. V8 keeps most strings in one byte a character, and its regular
 * expressions know that nothing in such a string can match, so the usual answer takes no scan.
 */
export const NOT_LATIN1 = /[^\u0000-\u00ff]/
