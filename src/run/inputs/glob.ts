/** One part of a pattern between slashes: a name as it is, a pattern of names, or `**` for any number of folders. */
export type Segment = string | RegExp | typeof GLOBSTAR

export const GLOBSTAR = Symbol('**')

/** Whether a part of a pattern is more than a name. */
const MAGIC = /[*?[\\]/

/** Compiles one part of a pattern. A name that begins with a dot is matched only by a part that begins with one. */
export function compileSegment(text: string, dot: boolean): Segment {
  if (text === '**') return GLOBSTAR
  if (!MAGIC.test(text)) return text
  const hidden = dot || text.startsWith('.') || text.startsWith('\\.') ? '' : '(?!\\.)'
  return new RegExp(`^${hidden}${translate(text)}$`, 'su')
}

function translate(text: string): string {
  let regexp = ''
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? ''
    const set = character === '[' ? bracket(text, index) : undefined
    if (set !== undefined) {
      regexp += set.regexp
      index = set.end
    } else if (character === '*') regexp += '.*'
    else if (character === '?') regexp += '.'
    else if (character === '\\' && index + 1 < text.length) regexp += quote(text[++index] ?? '')
    else regexp += quote(character)
  }
  return regexp
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: '\\p{L}',
  digit: '0-9',
  alnum: '\\p{L}\\p{N}',
  upper: '\\p{Lu}',
  lower: '\\p{Ll}',
  space: '\\s',
  punct: '\\p{P}\\p{S}',
  xdigit: '0-9A-Fa-f',
  blank: ' \\t',
}

/** `[abc]`, `[a-z]`, `[!x]`, `[[:digit:]]`; undefined where no `]` follows and the bracket means itself. */
function bracket(text: string, open: number): { readonly regexp: string; readonly end: number } | undefined {
  let index = open + 1
  const negated = text[index] === '!' || text[index] === '^'
  if (negated) index++
  let set = ''
  for (let first = true; index < text.length; index++, first = false) {
    const character = text[index] ?? ''
    const name = /^\[:(\w+):\]/.exec(text.slice(index, index + 12))?.[1]
    if (character === ']' && !first) return { regexp: `[${negated ? '^' : ''}${set}]`, end: index }
    if (name !== undefined && CLASSES[name] !== undefined) {
      set += CLASSES[name]
      index += name.length + 3
    } else if (character === '\\' && index + 1 < text.length) set += quote(text[++index] ?? '')
    else if (character === '-' && !first && text[index + 1] !== ']') set += '-'
    else set += character === '-' ? '\\-' : quote(character)
  }
  return undefined
}

function quote(character: string): string {
  return /[\^$\\.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character
}

/** A pattern as a walk follows it: its parts from the root of the file system down. */
export type Pattern = readonly Segment[]

/**
 * Where a walk stands in all patterns at once: pairs of a pattern and the part that the next name must match. So a
 * folder is read once however many patterns lead into it, and none is read that no pattern leads into.
 */
export type Stand = readonly (readonly [pattern: Pattern, part: number])[]

/** The stand at the root of the file system. */
export function startOf(patterns: readonly Pattern[]): Stand {
  return patterns.flatMap((pattern) => closure(pattern, 0))
}

/** The names that may follow, where that is a list: the folder need not be read then. */
export function onlyNames(stand: Stand): string[] | undefined {
  const names = new Set<string>()
  for (const [pattern, part] of stand) {
    const segment = pattern[part]
    if (typeof segment !== 'string') return undefined
    names.add(segment)
  }
  return [...names]
}

/** Whether a file of that name is matched. */
export function matchesFile(stand: Stand, name: string, dot: boolean): boolean {
  return stand.some(([pattern, part]) => part === pattern.length - 1 && fits(pattern[part], name, dot))
}

/**
 * The stand inside a folder of that name.
 *
 * @param isLink - a link is followed where a pattern names it, but not by `**` unless `followLinks`.
 */
export function enter(stand: Stand, name: string, dot: boolean, isLink: boolean, followLinks: boolean): Stand {
  return stand.flatMap(([pattern, part]) => {
    const segment = pattern[part]
    if (segment === GLOBSTAR) return fits(segment, name, dot) && (!isLink || followLinks) ? closure(pattern, part) : []
    return part < pattern.length - 1 && fits(segment, name, dot) ? closure(pattern, part + 1) : []
  })
}

/** `**` may also stand for no folder at all. */
function closure(pattern: Pattern, part: number): (readonly [Pattern, number])[] {
  const here = [pattern, part] as const
  return pattern[part] === GLOBSTAR && part < pattern.length - 1 ? [here, ...closure(pattern, part + 1)] : [here]
}

function fits(segment: Segment | undefined, name: string, dot: boolean): boolean {
  if (segment === GLOBSTAR) return dot || !name.startsWith('.')
  return typeof segment === 'string' ? segment === name : segment?.test(name) === true
}
