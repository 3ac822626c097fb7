import { Counter } from '../counter/index.ts'
import { registerWireType } from './codec/index.ts'

// A structured clone would make a plain Map of it.
registerWireType({
  name: 'Counter',
  class: Counter,
  encode: (counter: Counter<unknown>) => [...counter],
  decode: (entries) => new Counter(entries),
})
