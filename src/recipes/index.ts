export { type Recipe, type RecipeReducer, type ReportOptions } from './recipe.ts'
export { recipes } from './registry.ts'
