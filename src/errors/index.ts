import './node-version.ts'
export { InvalidOptionError, ManyhandsError, nameError, show } from './base.ts'
