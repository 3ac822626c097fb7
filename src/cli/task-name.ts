import { existsSync } from 'node:fs'
import path from 'node:path'
import { type Recipe, recipes } from '../recipes/index.ts'
import { UsageError } from './errors.ts'
import { didYouMeanPath } from './near-paths.ts'
import { nearest } from './suggest.ts'

/** The task that a command was told to run. */
export interface ChosenTask {
  /** As people call it: a recipe's name, an export's, or a file's. */
  readonly name: string
  readonly task: string | ((path: string) => unknown)
  /** The recipe it belongs to, if any. */
  readonly recipe: Recipe<unknown, unknown> | undefined
}

/**
 * Finds a task by what the user wrote: a recipe's name, or a module with `#` and an export.
 *
 * @throws {@link UsageError} for a name that is neither, and a file that is not there. Whether the file is fit is found
 * out when a worker loads it.
 */
export function chooseTask(text: string): ChosenTask {
  const recipe = recipes.get(text)
  if (recipe !== undefined) return { name: recipe.name, task: recipe.task, recipe }
  if (!looksLikeFile(text)) {
    const guess = nearest(text, recipes.keys())
    const known = guess === undefined ? `there are ${[...recipes.keys()].join(', ')}.` : `did you mean '${guess}'?`
    const own = `A function of yours is named by its file, such as ./tasks.ts#${text}`
    throw new UsageError(`there is no recipe '${text}'; ${known} ${own}`)
  }
  const hash = text.lastIndexOf('#')
  const file = hash < 0 ? text : text.slice(0, hash)
  if (file === '') throw new UsageError(`the task '${text}' names no file; write it as ./tasks.ts${text}`)
  const isUrl = /^[a-z][a-z+.-]+:/i.test(file)
  if (!isUrl && !existsSync(file)) throw new UsageError(`there is no file ${file} for the task${didYouMeanPath(file)}`)
  const name = hash < 0 || text.slice(hash + 1) === 'default' ? path.parse(file).name : text.slice(hash + 1)
  return { name, task: text, recipe: undefined }
}

/** Whether a word names a task, as far as one can see. */
export function looksLikeTask(text: string): boolean {
  return recipes.has(text) || /\.[cm]?[jt]s(?:#|$)/.test(text)
}

function looksLikeFile(text: string): boolean {
  return /[./#\\:]/.test(text)
}
