/** A class whose instances travel as themselves. */
export interface WireType<T extends object, D> {
  /** The name in the bytes: the same on both sides, unlike that of any other wire type. */
  readonly name: string
  /** Instances of it and of its subclasses are encoded by this type, unless a subclass has a type of its own. */
  readonly class: { readonly prototype: T }
  /** What is sent in place of the value: anything that can be sent, not the value itself. */
  encode(value: T): D
  /** Makes the value again from what {@link encode} gave. */
  decode(data: D): T
}

/** A wire type as the codec uses it, its types forgotten. */
export interface AnyWireType {
  readonly name: string
  readonly prototype: object
  encode(value: unknown): unknown
  decode(data: unknown): unknown
}

const byPrototype = new Map<object, AnyWireType>()
const byName = new Map<string, AnyWireType>()

export function addWireType(type: AnyWireType): void {
  const other = byName.get(type.name)
  if (other !== undefined) byPrototype.delete(other.prototype)
  byName.set(type.name, type)
  byPrototype.set(type.prototype, type)
}

export function wireTypeNamed(name: string): AnyWireType | undefined {
  return byName.get(name)
}

/** The wire type of an object: that of the nearest prototype which has one. */
export function customFor(value: object): AnyWireType | undefined {
  if (byPrototype.size === 0) return undefined
  for (let prototype: unknown = Object.getPrototypeOf(value); typeof prototype === 'object' && prototype !== null;) {
    const type = byPrototype.get(prototype)
    if (type !== undefined) return type
    prototype = Object.getPrototypeOf(prototype)
  }
  return undefined
}
