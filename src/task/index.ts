export { type TaskContext, localContext } from './context.ts'
export {
  type ModuleMeta,
  type Task,
  type TaskBody,
  type TaskFunction,
  type TaskParts,
  type TaskPartsOfMany,
  type TaskPartsWithoutContext,
  moduleUrl,
  task,
} from './definition.ts'
export {
  ExportNotFoundError,
  ImportTimeoutError,
  InlineTaskError,
  MainGuardError,
  ModuleNotFoundError,
  ModuleThrewError,
  InitializerError,
  NotAFunctionError,
  SetupError,
  TaskLoadError,
} from './errors.ts'
export { explainReference } from './inline.ts'
export { importModule, loadTask, referenceOf } from './load.ts'
export { isMain, refuseInImport } from './main.ts'
export { type TaskReference, referenceKey } from './reference.ts'
