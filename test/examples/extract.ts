// Finds the fenced blocks of Markdown pages and of TSDoc comments.

/** A fenced block of a document. */
export interface Block {
  /** Path of the document, relative to the repository. */
  readonly document: string
  /** Line of the document on which the code begins, from 1. */
  readonly line: number
  readonly language: string
  /** Checked but not run: ```` ```ts no-run ````. */
  readonly noRun: boolean
  /** The file that following blocks of the same document find it as: ```` ```ts fixture=tasks.ts ````. */
  readonly fixture: string | undefined
  readonly code: string
}

/** The fenced blocks of a document; in a `.ts` file those inside `/** … *\/` comments. */
export function blocksOf(document: string, text: string): Block[] {
  const lines = document.endsWith('.ts') ? commentLines(text) : text.split('\n')
  const blocks: Block[] = []
  let open: { fence: string; indent: string; info: string; line: number; code: string[] } | undefined
  for (const [index, line] of lines.entries()) {
    const fence = /^( *)(`{3,})([^`]*)$/.exec(line)
    if (open === undefined) {
      if (fence === null) continue
      const [, indent = '', marks = '', info = ''] = fence
      open = { fence: marks, indent, info, line: index + 2, code: [] }
    } else if (fence !== null && fence[2] === open.fence && fence[3] === '') {
      blocks.push(block(document, open.line, open.info, open.code))
      open = undefined
    } else {
      open.code.push(line.startsWith(open.indent) ? line.slice(open.indent.length) : line)
    }
  }
  if (open !== undefined) throw new Error(`${document}:${open.line - 1} opens a block that never ends`)
  return blocks
}

function block(document: string, line: number, info: string, code: readonly string[]): Block {
  const [language = '', ...flags] = info.trim().split(/\s+/)
  const fixture = flags.find((flag) => flag.startsWith('fixture='))?.slice('fixture='.length)
  const unknown = flags.filter((flag) => flag !== 'no-run' && !flag.startsWith('fixture='))
  if (unknown.length > 0) throw new Error(`${document}:${line - 1} has an unknown mark: ${unknown.join(' ')}`)
  return { document, line, language, noRun: flags.includes('no-run'), fixture, code: `${code.join('\n')}\n` }
}

/** The source with all but the text of its `/** … *\/` comments blanked, so that line numbers stay. */
function commentLines(text: string): string[] {
  let inComment = false
  return text.split('\n').map((line) => {
    if (/^\s*\/\*\*/.test(line)) inComment = true
    const content = inComment ? (/^\s*\* ?(.*)$/.exec(line)?.[1] ?? '') : ''
    if (line.includes('*/')) inComment = false
    return content === '/' ? '' : content
  })
}

/**
 * What a block says it prints: the values in comments behind its `console.log` calls, such as `// 'done'` or `// 42`.
 * Other comments there are prose.
 */
export function expectedOutput(code: string): string[] {
  return code.split('\n').flatMap((line) => {
    const comment = /^\s*(?:.*[\s(])?console\.log\(.*\) +\/\/ (.+)$/.exec(line)?.[1]?.trim()
    if (comment === undefined) return []
    const quoted = /^(['"])(.*)\1$/.exec(comment)?.[2]
    if (quoted !== undefined) return [quoted]
    const value = /^(?:[-\d[{]|(?:true|false|null|undefined|NaN)\b|[A-Z]\w*(?:\(\d+\))? [[{])/.test(comment)
    return value ? [comment] : []
  })
}
