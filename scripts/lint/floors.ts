// The floors of the house (CONTRIBUTING.md): who may import whom inside src/.
import { posix } from 'node:path'

const FLOORS = [
  ['errors', 'options', 'counter', 'task', 'memory', 'wire'],
  ['queue', 'sync'],
  ['process'],
  ['pool', 'manager'],
  ['run', 'pipeline'],
  ['recipes'],
  ['cli'],
]

// On floor 0 the folders stand on each other too: each may import those of an earlier step.
const STEPS = [['errors'], ['options'], ['counter'], ['task', 'memory'], ['wire']]

// What a user can import is all that a recipe may import, besides its own folder.
const PUBLIC = new Set(['index.ts', 'run/index.ts', 'recipes/recipe.ts'])

const IMPORTS = [
  /^(?:import|export)\b[^'"`;]*?\bfrom\s*'([^']+)'/gm,
  /^import\s*'([^']+)'/gm,
  /^(?!\s*(?:\*|\/\/)).*?\bimport\('([^']+)'\)/gm,
  /^(?!\s*(?:\*|\/\/)).*?\bnew URL\('(\.[^']+)', import\.meta\.url\)/gm,
]

/**
 * Every import of `text` that the floors forbid, one line each.
 *
 * @param path of the file inside `src/`, such as `pool/pool.ts`
 * @param dependencies names of the packages that floors 5 and 6 may import
 */
export function floorProblems(path: string, text: string, dependencies: readonly string[] = []): string[] {
  const problems = IMPORTS.flatMap((pattern) => [...text.matchAll(pattern)]).flatMap((match) => {
    const [statement, specifier = ''] = match
    const reason = forbids(path, specifier, dependencies)
    const line = text.slice(0, match.index + statement.length).split('\n').length
    return reason === undefined ? [] : [`src/${path}:${line} imports '${specifier}': ${reason}`]
  })
  if (posix.basename(path) === 'index.ts' && hasOwnCode(text)) problems.push(`src/${path}: an index.ts only re-exports`)
  return problems
}

function forbids(path: string, specifier: string, dependencies: readonly string[]): string | undefined {
  const folder = folderOf(path)
  const floor = floorOf(folder)
  if (folder !== '' && floor === -1) return `${folder}/ has no floor yet; give it one in scripts/lint/floors.ts`
  if (specifier.startsWith('node:')) return undefined
  if (!specifier.startsWith('.')) {
    if (floor < 5) return 'floors 0 to 4 have no dependencies'
    const name = specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/')
    return dependencies.includes(name) ? undefined : `${name} is not among the dependencies of package.json`
  }
  const target = posix.join(posix.dirname(path), specifier)
  if (target.startsWith('..')) return 'it lies outside src/'
  if (!target.endsWith('.ts')) return 'paths of imports end in .ts'
  return folder === 'recipes' ? recipeForbids(path, target) : folderForbids(folder, target)
}

function folderForbids(folder: string, target: string): string | undefined {
  const to = folderOf(target)
  if (to === folder && folder !== '') return undefined
  const [own, other] = [floorOf(folder), floorOf(to)]
  if (to === '') return folder === 'cli' ? undefined : 'only recipes/ and cli/ use the whole library'
  if (other === -1) return `${to}/ has no floor yet; give it one in scripts/lint/floors.ts`
  if (target !== `${to}/index.ts`) return `the face of ${to}/ is ${to}/index.ts; import that`
  if (folder === '' || other < own) return undefined
  if (other > own) return `${to}/ is on floor ${other}, above ${folder}/ on floor ${own}`
  if (own === 0 && stepOf(to) < stepOf(folder)) return undefined
  return `${to}/ and ${folder}/ stand beside each other on floor ${own}; move what both need further down`
}

function recipeForbids(path: string, target: string): string | undefined {
  const [, recipe, ...rest] = path.split('/')
  const atRoot = rest.length === 0
  const inside = folderOf(target) === 'recipes'
  if (PUBLIC.has(target)) return undefined
  if (inside && target.startsWith(`recipes/${recipe}/`)) return undefined
  if (inside && atRoot && (target.split('/').length === 2 || target.endsWith('/index.ts'))) return undefined
  return 'a recipe uses its own folder, ../recipe.ts, ../../index.ts and ../../run/index.ts, as a user would'
}

function hasOwnCode(text: string): boolean {
  const withoutComments = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  const reExport = /^(?:export (?:type )?(?:\*(?: as \w+)?|\{[^}]*\}) from '[^']+'|import '[^']+')$/gm
  return withoutComments.replace(reExport, '').trim() !== ''
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : ''
}

/** -1 where it has none; the root of `src/` stands above all. */
function floorOf(folder: string): number {
  return folder === '' ? FLOORS.length : FLOORS.findIndex((folders) => folders.includes(folder))
}

function stepOf(folder: string): number {
  return STEPS.findIndex((folders) => folders.includes(folder))
}
