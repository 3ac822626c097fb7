import { forgetKinds } from './kinds.ts'
import { addWireType, type WireType } from './registry.ts'

/**
 * Makes the instances of a class travel as themselves instead of as plain objects. Both sides must call it, with the
 * same name, so it belongs beside the class.
 *
 * @example
 * ```ts
 * import { registerWireType } from 'manyhands'
 *
 * class Point {
 *   readonly x: number
 *   readonly y: number
 *   constructor(x: number, y: number) {
 *     this.x = x
 *     this.y = y
 *   }
 * }
 * registerWireType({
 *   name: 'Point',
 *   class: Point,
 *   encode: (point: Point): [number, number] => [point.x, point.y],
 *   decode: ([x, y]) => new Point(x, y),
 * })
 * ```
 */
export function registerWireType<T extends object, D>(type: WireType<T, D>): void {
  addWireType({
    name: type.name,
    prototype: type.class.prototype,
    encode: (value) => type.encode(value as T),
    decode: (data) => type.decode(data as D),
  })
  forgetKinds()
}

// Structured clone refuses a URL, for no reason that users would know: it is its text.
registerWireType({ name: 'URL', class: URL, encode: (url: URL) => url.href, decode: (href) => new URL(href) })
