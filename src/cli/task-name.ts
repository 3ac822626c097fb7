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
 * @throws {@link UsageError} for a name that is neither. Whether a module is there and fit is found out when it is loaded.
 */
export function chooseTask(text: string): ChosenTask {
  const recipe = recipes.get(text)
  if (recipe !== undefined) return { name: recipe.name, task: recipe.task, recipe }
  if (!/[./#\\:]/.test(text)) {
    const guess = nearest(text, recipes.keys())
    const known = guess === undefined ? `recipes are ${[...recipes.keys()].join(', ')}` : `did you mean '${guess}'?`
    throw new UsageError(`there is no recipe '${text}'; ${known} A function of yours is named by its file, such as ./tasks.ts#${text}`.replace(/([^?]) A/, '$1. A'))
  }
  const hash = text.lastIndexOf('#')
  const file = hash < 0 ? text : text.slice(0, hash)
  if (file === '') throw new UsageError(`the task '${text}' names no file; write it as ./tasks.ts${text}`)
  if (!/^[a-z][a-z+.-]+:/i.test(file) && !existsSync(file)) throw new UsageError(`there is no file ${file} for the task${didYouMeanPath(file)}`)
  const name = hash < 0 || text.slice(hash + 1) === 'default' ? path.parse(file).name : text.slice(hash + 1)
  return { name, task: text, recipe: undefined }
}
