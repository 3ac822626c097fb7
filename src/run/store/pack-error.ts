import {
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
} from './errors.ts'

/** An error as it travels from the writer to the run. */
export interface PackedError {
  readonly name: string
  readonly message: string
  readonly stack: string
  /** Own fields, such as `code`, `path`, `pid`. */
  readonly fields: Readonly<Record<string, unknown>>
}

const CLASSES = new Map<string, { readonly prototype: StoreError }>(
  [
    StoreAccessError,
    StoreBusyError,
    StoreDamagedError,
    StoreForeignError,
    StoreFullError,
    StoreTaskError,
    StoreVanishedError,
    StoreVersionError,
    StoreWriterDiedError,
    TaskChangedError,
  ].map((errorClass) => [errorClass.name, errorClass]),
)

/** Takes an error apart, because no copy of an error keeps its class and its own fields. */
export function packError(error: unknown): PackedError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: '', fields: {} }
  const { cause: _cause, ...fields } = { ...error } as Record<string, unknown>
  return { name: error.name, message: error.message, stack: error.stack ?? '', fields }
}

/** Puts it together again, with its class where it is one of the store's. */
export function unpackError(packed: PackedError, path: string): Error {
  const { name, message, stack, fields } = packed
  const errorClass = CLASSES.get(name)
  const error = new StoreError(
    'ERR_STORE',
    path,
    errorClass ? message : `The store ${path} could not be written: ${message}`,
  )
  if (errorClass) Object.setPrototypeOf(error, errorClass.prototype)
  if (stack !== '') error.stack = stack
  return Object.assign(error, errorClass ? fields : {})
}
