export { Counter, type CounterSource, type Trimmed } from './counter.ts'
