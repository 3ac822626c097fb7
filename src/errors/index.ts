export { InvalidOptionError, ManyhandsError, nameError, show } from './base.ts'
