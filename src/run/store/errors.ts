import { ManyhandsError, nameError } from '../../errors/index.ts'

/** Something is wrong with a store; its subclasses say what. `path` is the store's file. */
export class StoreError extends ManyhandsError {
  /** The store's file. */
  readonly path: string

  constructor(code: string, path: string, message: string, options?: ErrorOptions) {
    super(code, message, options)
    this.path = path
  }
}
nameError(StoreError, 'StoreError')

/** Another run has this store open. It is noticed at once when that run ends, however it ends: nothing is to unlock. */
export class StoreBusyError extends StoreError {
  /** The process that has it; undefined where that is not known. */
  readonly pid: number | undefined

  constructor(path: string, pid: number | undefined) {
    const who =
      pid === undefined ? 'another process' : pid === process.pid ? 'this process itself' : `the process ${pid}`
    super(
      'ERR_STORE_BUSY',
      path,
      `The store ${path} is in use by another run, in ${who}. Wait for its end, or stop it; then the same command goes on where it stopped`,
    )
    this.pid = pid
  }
}
nameError(StoreBusyError, 'StoreBusyError')

/** The file is no store of manyhands, or one of another format than its name says. It was not touched. */
export class StoreForeignError extends StoreError {
  constructor(path: string, found: string) {
    super(
      'ERR_STORE_FOREIGN',
      path,
      `${path} is ${found}, not a store of manyhands; it was not touched. Name another file for the store`,
    )
  }
}
nameError(StoreForeignError, 'StoreForeignError')

/** The store was written by a newer manyhands. It was not touched. */
export class StoreVersionError extends StoreError {
  /** Version of the store's format. */
  readonly version: number

  constructor(path: string, version: number, known: number) {
    super(
      'ERR_STORE_VERSION',
      path,
      `The store ${path} has format ${version}, and this manyhands knows up to ${known}; it was not touched. Update manyhands`,
    )
    this.version = version
  }
}
nameError(StoreVersionError, 'StoreVersionError')

/** The store holds the results of another task. It was not touched. */
export class StoreTaskError extends StoreError {
  /** The task whose results it holds. */
  readonly stored: string
  /** The task of this run. */
  readonly task: string

  constructor(path: string, stored: string, task: string) {
    super(
      'ERR_STORE_TASK',
      path,
      `The store ${path} holds results of the task ${stored}, and this run is of ${task}; it was not touched. Name another file for the store, or start it anew with \`restart\``,
    )
    this.stored = stored
    this.task = task
  }
}
nameError(StoreTaskError, 'StoreTaskError')

/** The task's code is not the one that made the stored results, and the run was told to refuse that. */
export class TaskChangedError extends StoreError {
  constructor(path: string, task: string) {
    super(
      'ERR_TASK_CHANGED',
      path,
      `The code of the task ${task} changed since results were stored in ${path}, and \`taskChanged\` is 'refuse'. Use 'redo' to compute them again, 'keep' to leave them, or \`restart\``,
    )
  }
}
nameError(TaskChangedError, 'TaskChangedError')

/** The store is damaged where it was read. What can be read is kept by the next run, which also keeps the damaged file. */
export class StoreDamagedError extends StoreError {
  constructor(path: string, detail: string, options?: ErrorOptions) {
    super(
      'ERR_STORE_DAMAGED',
      path,
      `The store ${path} is damaged (${detail}). Run the same task again: it keeps the damaged file aside, saves what can be read, and does the rest anew`,
      options,
    )
  }
}
nameError(StoreDamagedError, 'StoreDamagedError')

/** The disk is full. What was saved before is whole. */
export class StoreFullError extends StoreError {
  constructor(path: string, options?: ErrorOptions) {
    super(
      'ERR_STORE_FULL',
      path,
      `The disk is full: nothing more could be saved in ${path}. What was saved is whole; make room and run the same again`,
      options,
    )
  }
}
nameError(StoreFullError, 'StoreFullError')

/** The store or its folder cannot be written to. */
export class StoreAccessError extends StoreError {
  constructor(path: string, detail: string, options?: ErrorOptions) {
    super(
      'ERR_STORE_ACCESS',
      path,
      `The store ${path} cannot be written (${detail}). Name a file in a folder that exists and that you may write to`,
      options,
    )
  }
}
nameError(StoreAccessError, 'StoreAccessError')

/** The store's file was deleted, moved or replaced while a run was writing it. */
export class StoreVanishedError extends StoreError {
  /** Where everything that had been saved was written to; undefined where that could not be done. */
  readonly rescued: string | undefined

  constructor(path: string, rescued: string | undefined) {
    const fate =
      rescued === undefined
        ? 'What had been saved could not be written elsewhere'
        : `All that had been saved was written to ${rescued}: rename it to go on from there`
    super(
      'ERR_STORE_VANISHED',
      path,
      `The store ${path} was deleted, moved or replaced while the run was writing it. ${fate}`,
    )
    this.rescued = rescued
  }
}
nameError(StoreVanishedError, 'StoreVanishedError')

/** The writer of the store died; the run was stopped, because work that cannot be saved is pointless. */
export class StoreWriterDiedError extends StoreError {
  readonly exitCode: number | null
  readonly signal: NodeJS.Signals | null

  constructor(path: string, exitCode: number | null, signal: NodeJS.Signals | null, options?: ErrorOptions) {
    const how = signal === null ? `exit code ${exitCode}` : signal
    super(
      'ERR_STORE_WRITER_DIED',
      path,
      `The writer of the store ${path} died (${how}), and the run was stopped. What was reported saved is saved; run the same again to go on`,
      options,
    )
    this.exitCode = exitCode
    this.signal = signal
  }
}
nameError(StoreWriterDiedError, 'StoreWriterDiedError')
