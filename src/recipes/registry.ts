import { accessLog } from './access-log/index.ts'
import type { Recipe } from './recipe.ts'

/** The recipes that ship with the package, by the name that `manyhands run NAME` takes. */
export const recipes: ReadonlyMap<string, Recipe<unknown, unknown>> = new Map([[accessLog.name, accessLog]])
