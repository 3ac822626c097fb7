import { NotSerializableError, registerWireType } from '../wire/index.ts'

/** Refuses to send instances of a class that owns workers, or waits for them, which would arrive as an empty shell. */
export function staysHere(ownerClass: { readonly name: string; readonly prototype: object }, advice?: string): void {
  const { name } = ownerClass
  const refuse = (): never => {
    const instead = advice ?? `Make a ${name} where it is needed; a task may have one of its own.`
    throw new NotSerializableError('', `is a ${name}`, instead)
  }
  registerWireType({ name, class: ownerClass, encode: refuse, decode: refuse })
}
