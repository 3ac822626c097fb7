import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { type TaskReference, referenceOf } from '../task/index.ts'
import type { TaskIdentity } from './store/outcome.ts'

/**
 * What a store remembers of the task whose results it holds, so that results of two tasks are not mixed and changed
 * code is noticed. The hash is of the text of the task's own module, or of an inline function; what the module imports
 * is not part of it.
 */
export function identityOf(task: unknown, store: string | undefined): TaskIdentity {
  const reference = referenceOf(task)
  if (reference.kind === 'inline') {
    return {
      name: reference.name || 'an inline function',
      module: null,
      url: null,
      export: reference.name || null,
      position: null,
      code: sha256(reference.source),
    }
  }
  const file = fileOf(reference.module)
  const folder = path.dirname(path.resolve(store ?? '.'))
  return {
    name: nameOf(reference, file),
    module: file === undefined ? reference.module : path.relative(folder, file).split(path.sep).join('/'),
    url: reference.module,
    export: reference.kind === 'exported' ? reference.export : null,
    position: reference.kind === 'defined' ? reference.position : null,
    code: codeOf(reference, file),
  }
}

/** A task as people read it: `tasks.ts#wordCount`. */
function nameOf(reference: Exclude<TaskReference, { kind: 'inline' }>, file: string | undefined): string {
  const module = file === undefined ? reference.module : shortPath(file)
  if (reference.kind === 'exported') return `${module}#${reference.export}`
  const isNamed = !reference.name.startsWith('task ')
  return isNamed ? `${module}#${reference.name}` : `task ${reference.position + 1} of ${module}`
}

function shortPath(file: string): string {
  const relative = path.relative(process.cwd(), file)
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative.split(path.sep).join('/')
}

function codeOf(reference: Exclude<TaskReference, { kind: 'inline' }>, file: string | undefined): string {
  try {
    if (file !== undefined) return sha256(readFileSync(file))
  } catch {
    // Said where the task is loaded.
  }
  return sha256(reference.kind === 'defined' ? reference.fingerprint : reference.module)
}

function fileOf(module: string): string | undefined {
  return module.startsWith('file:') ? fileURLToPath(module.replace(/[?#].*$/, '')) : undefined
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}
