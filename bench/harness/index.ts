export { type Entry, alternate, quietness } from './alternate.ts'
export { type CommandRun, quoted, runCommand } from './command.ts'
export { type Answer, Contender, askOnce } from './contender.ts'
export {
  type Bench,
  type Figure,
  type Section,
  type Table,
  type Verdict,
  atLeast,
  atMost,
  number,
  verdict,
} from './figure.ts'
export { machine } from './machine.ts'
export { Measured, median, ratio } from './measured.ts'
export { privateMemory } from './process-tree.ts'
export { type Case, serve } from './serve.ts'
export { type Metric, markdown, tableOf } from './table.ts'
export { PEERS, has, hasPools } from './tools.ts'
