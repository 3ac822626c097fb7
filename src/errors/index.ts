import './node-version.ts'
export { InvalidOptionError, InvalidStateError, ManyhandsError, errorNamed, nameError, show } from './base.ts'
