/**
 * The patterns that the braces of one stand for, as in a shell: `{a,b}`, nested ones, `{1..3}`, `{01..10}`. Braces
 * without a comma or a range stand for themselves, and `\{` is never one.
 */
export function expandBraces(pattern: string): string[] {
  for (let open = 0; open < pattern.length; open++) {
    if (pattern[open] === '\\') open++
    else if (pattern[open] === '{') {
      const found = group(pattern, open)
      if (found === undefined) continue
      const { alternatives, end } = found
      const rests = expandBraces(pattern.slice(end))
      return alternatives
        .flatMap(expandBraces)
        .flatMap((middle) => rests.map((rest) => pattern.slice(0, open) + middle + rest))
    }
  }
  return [pattern]
}

/** The alternatives of the braces that open at a position, and where they end; undefined where they mean themselves. */
function group(pattern: string, open: number): { readonly alternatives: string[]; readonly end: number } | undefined {
  const alternatives: string[] = []
  let depth = 0
  let start = open + 1
  for (let index = open; index < pattern.length; index++) {
    const character = pattern[index]
    if (character === '\\') index++
    else if (character === '{') depth++
    else if (character === ',' && depth === 1) {
      alternatives.push(pattern.slice(start, index))
      start = index + 1
    } else if (character === '}' && --depth === 0) {
      const last = pattern.slice(start, index)
      if (alternatives.length > 0) return { alternatives: [...alternatives, last], end: index + 1 }
      const numbers = range(last)
      return numbers && { alternatives: numbers, end: index + 1 }
    }
  }
  return undefined
}

function range(text: string): string[] | undefined {
  const match = /^(-?\d+)\.\.(-?\d+)$/.exec(text)
  if (match === null) return undefined
  const [, first = '', last = ''] = match
  const [from, to] = [Number(first), Number(last)]
  const width = /^-?0\d/.test(first) || /^-?0\d/.test(last) ? Math.max(first.length, last.length) : 0
  const step = from <= to ? 1 : -1
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, index) => {
    const number = from + step * index
    return number < 0 ? `-${String(-number).padStart(width - 1, '0')}` : String(number).padStart(width, '0')
  })
}
