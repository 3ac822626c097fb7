export { Doorbell } from './doorbell.ts'
export { Words } from './words.ts'
