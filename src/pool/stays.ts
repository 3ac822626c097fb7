import { NotSerializableError, registerWireType } from '../wire/index.ts'

/** Refuses to send instances of a class that owns workers, which would arrive as an empty shell. */
export function staysHere(ownerClass: { readonly name: string; readonly prototype: object }): void {
  const { name } = ownerClass
  const refuse = (): never => {
    throw new NotSerializableError('', `is a ${name}`, `Make a ${name} where it is needed; a task may have one of its own.`)
  }
  registerWireType({ name, class: ownerClass, encode: refuse, decode: refuse })
}
