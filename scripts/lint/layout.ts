// The few habits of layout that no linter looks at. Prettier (`npm run format`) lays the code out.
const COLUMNS = 120

/** What no formatter breaks: texts, regular expressions, and comments, which are allowed some more. */
const UNBREAKABLE = /'(?:[^'\\]|\\.)*'|"[^"]*"|`[^`]*`?|(?<=[(,=:!&|?]\s*|^\s*)\/(?:[^/\\]|\\.)+\//g
const COMMENT_COLUMNS = 150

/** Lines of a TypeScript file that are laid out otherwise than the rest of the project. */
export function layoutProblems(path: string, text: string): string[] {
  const problems: string[] = []
  let inTemplate = false
  for (const [index, line] of text.split('\n').entries()) {
    const wasInTemplate = inTemplate
    if ((line.match(/(?<!\\)`/g) ?? []).length % 2 === 1) inTemplate = !inTemplate
    if (wasInTemplate) continue
    const report = (what: string) => problems.push(`${path}:${index + 1} ${what}`)
    const isComment = /^\s*(?:\/\/|\/?\*)/.test(line)
    const length = isComment ? line.length - (COMMENT_COLUMNS - COLUMNS) : line.replace(UNBREAKABLE, '').length
    if (length > COLUMNS) report(`has ${line.length} columns; the limit is ${COLUMNS}`)
    if (/\s$/.test(line)) report('ends in white space')
    if (/^ *\t/.test(line)) report('is indented with tabs; use two spaces')
    if (line.endsWith(';') && !/^\s*(?:\*|\/\/|.*(?:while|for) \()/.test(line)) report('ends in a semicolon')
  }
  if (text !== '' && !text.endsWith('\n')) problems.push(`${path} has no newline at its end`)
  return problems
}
