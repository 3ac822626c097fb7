export type { RunEvent } from './events.ts'
export {
  DuplicateKeyError,
  InputError,
  InputNotFoundError,
  InputUnreadableError,
  InvalidKeyError,
  NoInputError,
} from './inputs/errors.ts'
export { type FilesOptions, files } from './inputs/files.ts'
export { type InputsOptions, inputs } from './inputs/inputs.ts'
export { type PathsOptions, paths } from './inputs/paths.ts'
export type { Item, OpenSource, Place, Source } from './inputs/source.ts'
export type { RunOptions, RunPoolOptions } from './options.ts'
export { type Reducer, counterReducer, reduce, reduceValues } from './reducer.ts'
export type { RunReport, RunSnapshot, RunWarning } from './report.ts'
export { type Running, run } from './run.ts'
export type { Halt } from './schedule/halt.ts'
export type { Backoff } from './schedule/retries.ts'
export type { Timed } from './schedule/tally.ts'
export { Stop, type StopReason, stopOnSignals } from './stop.ts'
export {
  StoreAccessError,
  StoreBusyError,
  StoreDamagedError,
  StoreError,
  StoreForeignError,
  StoreFullError,
  StoreTaskError,
  StoreVanishedError,
  StoreVersionError,
  StoreWriterDiedError,
  TaskChangedError,
} from './store/errors.ts'
export type { Attempt, Done, Failure, Outcome, RunRecord, Status, StoredError } from './store/outcome.ts'
export { Store, type StoreStatus, openStore } from './store/store.ts'
