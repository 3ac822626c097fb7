/**
 * The bytes of one frame. All numbers are little-endian and unaligned unless said otherwise; offsets count from the
 * frame's first byte. A frame stands alone: neither side keeps state that the other must share, so a frame can be
 * decoded late, twice, or by another process.
 *
 * ```
 * header   u8 version · u8 flags · u16 shapes · u32 bodyEnd
 * body     one value, then the values put off by DEFERRED, in the order of their DEFERRED tags
 * trailer  at bodyEnd: for each shape i32 hash · u16 (bytes * 2 + wide) · the characters of its keys
 *          [REFS]  u32 count · u32 position of each value that a REF points to, ascending
 *          [TEXT]  u32 chunks · for each u32 (characters * 2 + wide) · the characters of all chunks
 * ```
 *
 * *Text.* Short strings are not in the body: their tag gives the length, and the characters follow one another in the
 * text area, which is written and read in few native calls. A chunk holds one byte a character, or two (wide). No
 * string crosses chunks.
 *
 * *Shapes.* A record is the number of its shape (the list of its keys, joined by U+0000) and the values in that order.
 * The hash spares the reader making a string of keys that it has met before.
 *
 * *Identity.* A REF carries the position of the tag of the value it repeats; those positions are listed in the
 * trailer so that the reader registers only the values which are pointed to.
 *
 * *Depth.* A value nested deeper than {@link DEFER_DEPTH} is replaced by DEFERRED and written after the root, so that
 * neither side's stack grows with the data.
 *
 * *Tags.* Below 0x80 the tag is the integer itself; from 0x80 to 0xbf it is a string of 0 to 63 characters. The others
 * are listed here; the reader's `switch` repeats them as literals, which V8 turns into a jump table.
 */
export const VERSION = 1

export const FLAG_REFS = 1
export const FLAG_TEXT = 2
export const FLAG_DEFERRED = 4

export const HEADER_BYTES = 8

export const SHORT_STRING = 0x80
export const UNDEFINED = 0xc0
export const NULL = 0xc1
export const TRUE = 0xc2
export const FALSE = 0xc3
/** An index of an array that has no value. */
export const HOLE = 0xc4
/** Ends a list of pairs or values whose length is not written. */
export const END = 0xc5
/** i32 */
export const INT = 0xc6
/** f64 */
export const DOUBLE = 0xc7
/** u16 length, characters in the text area */
export const STRING = 0xc8
/** u32 length, then one byte a character */
export const LONG_STRING = 0xc9
/** u32 length, then two bytes a character */
export const LONG_WIDE_STRING = 0xca
/** i64 */
export const BIGINT = 0xcb
/** A boolean (negative) and a string of hexadecimal digits */
export const BIG_BIGINT = 0xcc
/** u16 shape, then its values */
export const RECORD = 0xcd
/** u16 shape, its values, then keys and values until END */
export const OPEN_RECORD = 0xce
/** u32 length, then its values */
export const ARRAY = 0xcf
/** u32 length, then values of which some are HOLE */
export const HOLEY_ARRAY = 0xe4
/** u32 length, then for each string u8 length, or 0xff and u16 length; characters in the text area */
export const STRINGS = 0xe5
/** u32 length, its values, of which some may be HOLE, then keys and values until END */
export const ARRAY_AND_KEYS = 0xd0
/** u32 length, then keys and values until END */
export const SPARSE_ARRAY = 0xd1
/** u32 length, padding to 4, i32 each */
export const INTS = 0xd2
/** u32 length, padding to 8, f64 each */
export const DOUBLES = 0xd3
/** Keys and values until END */
export const MAP = 0xd4
/** Values until END */
export const SET = 0xd5
/** f64, NaN for an invalid date */
export const DATE = 0xd6
/** Strings: source and flags */
export const REGEXP = 0xd7
/** The primitive that is wrapped */
export const BOXED = 0xd8
/** u32 length, padding to 8, bytes */
export const ARRAY_BUFFER = 0xd9
/** f64 maxByteLength, u32 length, padding to 8, bytes */
export const RESIZABLE_BUFFER = 0xda
/** u8 kind, u32 bytes, padding to 8, bytes: a view of the whole of its buffer */
export const WHOLE_VIEW = 0xdb
/** u8 kind, u8 tracks the length, f64 byteOffset, f64 length, then the buffer as a value */
export const VIEW = 0xdc
/** u32 length, bytes: a Node.js Buffer, without the pool it may lie in */
export const NODE_BUFFER = 0xdd
/** See errors.ts */
export const ERROR = 0xde
/** u32 position */
export const REF = 0xdf
/** u32 position of a WHOLE_VIEW whose buffer is meant */
export const REF_BUFFER = 0xe0
/** u32 index into the externals */
export const EXTERNAL = 0xe1
/** A string, the wire type's name, then its data */
export const CUSTOM = 0xe2
/** Stands for a value written after the root */
export const DEFERRED = 0xe3

/** Strings up to this length travel in the text area. */
export const AREA_STRING_MAX = 512
/** Objects nested deeper than this are put off until after the root. */
export const DEFER_DEPTH = 200
/** Where a value cannot be put off (in a Set, in a wire type), this is the end. */
export const MAX_DEPTH = 1000
/** Positions are kept below 2 ** 31, where V8 computes them as 32-bit integers. */
export const MAX_FRAME = 0x7fff_0000

/** Joins the keys of a shape. A record with a key that contains it is written with that key spelled out. */
export const KEY_SEPARATOR = '\u0000'
export const MAX_SHAPE_KEYS = 64
export const MAX_SHAPE_TEXT = 2048

/** Views by the number that stands for them in WHOLE_VIEW and VIEW. */
export const VIEW_NAMES = [
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float16Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'DataView',
  'Buffer',
] as const

/** The error classes that every realm has, by the number that stands for them in ERROR. */
export const ERROR_BASES: readonly string[] = [
  'Error',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
  'AggregateError',
  'DOMException',
]
