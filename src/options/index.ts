export { count, duration, size } from './units.ts'
export type { Duration, Size } from './units.ts'
export { type BlockOptions, waitTime } from './waiting.ts'
