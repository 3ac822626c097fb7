import { ManyhandsError, nameError } from '../errors/index.ts'

/** A task could not be made ready to run: the base of the errors that say why. */
export class TaskLoadError extends ManyhandsError {
  /** The task as it was asked for: a module path with its export, or a name. */
  readonly task: string

  constructor(code: string, task: string, message: string, options?: ErrorOptions) {
    super(code, message, options)
    this.task = task
  }
}
nameError(TaskLoadError, 'TaskLoadError')

/** The module of a task does not exist. */
export class ModuleNotFoundError extends TaskLoadError {
  constructor(task: string, path: string, options?: ErrorOptions) {
    super(
      'ERR_TASK_MODULE_NOT_FOUND',
      task,
      `There is no module at ${path}. Check the path of the task \`${task}\`; a relative path starts at the current folder`,
      options,
    )
  }
}
nameError(ModuleNotFoundError, 'ModuleNotFoundError')

/** The module has no export of that name, or defines fewer tasks than expected. */
export class ExportNotFoundError extends TaskLoadError {
  constructor(task: string, message: string) {
    super('ERR_TASK_EXPORT_NOT_FOUND', task, message)
  }
}
nameError(ExportNotFoundError, 'ExportNotFoundError')

/** What the reference names is neither a function nor an object with a `run` function. */
export class NotAFunctionError extends TaskLoadError {
  constructor(task: string, received: string) {
    super(
      'ERR_TASK_NOT_A_FUNCTION',
      task,
      `The task \`${task}\` is ${received}; it must be a function, or task(import.meta, …)`,
    )
  }
}
nameError(NotAFunctionError, 'NotAFunctionError')

/** The module threw while it was imported, or could not be parsed; `cause` is what it threw. */
export class ModuleThrewError extends TaskLoadError {
  constructor(task: string, message: string, options?: ErrorOptions) {
    super('ERR_TASK_MODULE_THREW', task, message, options)
  }
}
nameError(ModuleThrewError, 'ModuleThrewError')

/** The module was still being imported when `importTimeout` was over. */
export class ImportTimeoutError extends TaskLoadError {
  /** The limit, in milliseconds. */
  readonly timeout: number

  constructor(task: string, timeout: number) {
    super(
      'ERR_TASK_IMPORT_TIMEOUT',
      task,
      `The module of the task \`${task}\` did not finish importing within ${timeout} ms. Look for a top-level \`await\` or loop that never ends, or raise \`importTimeout\``,
    )
    this.timeout = timeout
  }
}
nameError(ImportTimeoutError, 'ImportTimeoutError')

/** `setup` of a task threw; `cause` is what it threw. */
export class SetupError extends TaskLoadError {
  constructor(task: string, cause: unknown) {
    const text = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)
    super('ERR_TASK_SETUP', task, `The setup of \`${task}\` failed in its worker: ${text}`, { cause })
  }
}
nameError(SetupError, 'SetupError')

/** The pool's `initializer` could not be loaded or threw in a worker; `cause` is what it threw. */
export class InitializerError extends SetupError {
  constructor(task: string, cause: unknown) {
    super(`initializer ${task}`, cause)
  }
}
nameError(InitializerError, 'InitializerError')

/** An inline function cannot run elsewhere: it is not self-contained, or has no source text. */
export class InlineTaskError extends TaskLoadError {
  /** The variable that the function reaches for outside itself, where that is the reason. */
  readonly variable: string | undefined

  constructor(task: string, message: string, variable?: string, options?: ErrorOptions) {
    super('ERR_TASK_INLINE', task, message, options)
    this.variable = variable
  }
}
nameError(InlineTaskError, 'InlineTaskError')

/** A task module started workers while a worker imported it. */
export class MainGuardError extends TaskLoadError {
  constructor(task: string) {
    super(
      'ERR_MAIN_GUARD',
      task,
      `${task} starts workers while it is imported by a worker, which would never end. Put its main part behind \`if (isMain(import.meta)) { … }\` (isMain comes from 'manyhands')`,
    )
  }
}
nameError(MainGuardError, 'MainGuardError')
