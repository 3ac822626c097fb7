/**
 * The order of keys everywhere in a run: by code points, which is the order of their UTF-8 bytes and SQLite's. JavaScript's
 * own order is by UTF-16 units, where a character beyond U+FFFF comes before U+E000.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const [x, y] = [a.charCodeAt(index), b.charCodeAt(index)]
    if (x !== y) return rank(x) - rank(y)
  }
  return a.length - b.length
}

/** A UTF-16 unit's place: surrogates stand for characters beyond all others. */
function rank(unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit >= 0xd800 ? unit + 0x2000 : unit
}
