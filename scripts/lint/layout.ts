// The few habits of layout that no linter looks at; there is no formatter to argue with.
const COLUMNS = 120

/** Lines of a TypeScript file that are laid out otherwise than the rest of the project. */
export function layoutProblems(path: string, text: string): string[] {
  const problems: string[] = []
  let inTemplate = false
  for (const [index, line] of text.split('\n').entries()) {
    const wasInTemplate = inTemplate
    if ((line.match(/(?<!\\)`/g) ?? []).length % 2 === 1) inTemplate = !inTemplate
    if (wasInTemplate) continue
    const report = (what: string) => problems.push(`${path}:${index + 1} ${what}`)
    if (line.length > COLUMNS) report(`has ${line.length} columns; the limit is ${COLUMNS}`)
    if (/\s$/.test(line)) report('ends in white space')
    if (/^ *\t/.test(line)) report('is indented with tabs; use two spaces')
    if (line.endsWith(';') && !/^\s*(?:\*|\/\/)/.test(line)) report('ends in a semicolon')
  }
  if (text !== '' && !text.endsWith('\n')) problems.push(`${path} has no newline at its end`)
  return problems
}
