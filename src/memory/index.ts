export { Words } from './words.ts'
