export { runAutosave } from './autosave.ts'
export { runMillion } from './million.ts'
export { runSaved } from './saved.ts'
