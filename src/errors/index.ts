import './node-version.ts'
export { InvalidOptionError, ManyhandsError, errorNamed, nameError, show } from './base.ts'
export { InvalidStateError, TimeoutError } from './state.ts'
