import { type Recipe, recipes } from '../recipes/index.ts'
import type { Store } from '../run/index.ts'

/** The recipe whose results a store holds; undefined for those of any other task. */
export function recipeOf(store: Store): Recipe<unknown, unknown> | undefined {
  const { task = '' } = store.status()
  return recipes.values().find((recipe) => task.endsWith(`#${recipe.task.name}`) && task.includes(`/${recipe.name}/`))
}
