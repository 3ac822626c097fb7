// The pages and comments that users read: every public name has a comment, functions and classes an example, and links
// between pages lead somewhere.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { posix } from 'node:path'
import { describe, test } from 'node:test'
import { filesOf, read } from '../../scripts/project.ts'

const manifest = JSON.parse(read('package.json')) as { exports: Record<string, string | { types: string }> }
const entries = Object.values(manifest.exports).flatMap((target) =>
  typeof target === 'string' ? [] : [target.types.replace('./dist/', 'src/').replace('.d.ts', '.ts')],
)

describe('every public name is documented', () => {
  for (const entry of entries.filter((path) => existsSync(path))) {
    for (const [name, file] of publicNames(entry)) {
      test(`${name} in ${file}`, () => assert.equal(whatIsMissing(name, read(file)), undefined))
    }
  }
})

test('names without a comment or an example are noticed', () => {
  assert.equal(whatIsMissing('f', 'export function f(): void {}\n'), 'it has no comment')
  assert.equal(whatIsMissing('f', '/** F. */\nexport async function f(): Promise<void> {}\n'), 'it has no example')
  assert.equal(whatIsMissing('A', '/** A. */\nexport interface A {}\n'), undefined)
  assert.equal(whatIsMissing('E', '/** E. */\nexport class E extends ManyhandsError {}\n'), undefined)
  assert.equal(whatIsMissing('f', '/**\n * @example\n * f()\n */\nexport const f = () => 1\n'), undefined)
})

/** The names that a file exports, and the files that declare them. */
function publicNames(file: string): Map<string, string> {
  const names = new Map<string, string>()
  for (const [, list = '', from = ''] of read(file).matchAll(/^export (?:type )?(\*|\{[^}]*\}) from '([^']+)'/gm)) {
    const source = posix.join(posix.dirname(file), from)
    const inner = source.endsWith('/index.ts') ? publicNames(source) : undefined
    if (list === '*') for (const [name, origin] of inner ?? []) names.set(name, origin)
    for (const [, name = ''] of list.matchAll(/(?:type )?(\w+)(?: as \w+)?\s*[,}]/g)) {
      names.set(name, inner?.get(name) ?? source)
    }
  }
  return names
}

function whatIsMissing(name: string, text: string): string | undefined {
  const declaration = new RegExp(
    `^export (?:declare )?(?:abstract |async )?(?:(class|function\\*?|const)|interface|type) ${name}\\b(.*)$`,
    'm',
  ).exec(text)
  if (declaration === null) return 'it is not declared where it comes from'
  const before = text.slice(0, declaration.index)
  if (!before.endsWith('*/\n')) return 'it has no comment'
  const comment = before.slice(before.lastIndexOf('/**'))
  const [, kind, rest = ''] = declaration
  const needsExample = kind !== undefined && !/ extends \w*Error\b/.test(rest)
  return needsExample && !comment.includes('@example') ? 'it has no example' : undefined
}

describe('links', () => {
  for (const page of filesOf('*.md', 'docs/**/*.md')) {
    test(`of ${page} lead somewhere`, () => {
      const links = [...read(page).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link = '']) => link)
      const broken = links.filter((link) => {
        const [path = '', anchor] = link.split('#')
        const target = path === '' ? page : posix.join(posix.dirname(page), path)
        return !existsSync(target) || (anchor !== undefined && !anchorsOf(target).has(anchor))
      })
      assert.deepEqual(broken, [])
    })
  }
})

/** As GitHub makes them from headings. */
function anchorsOf(page: string): Set<string> {
  const headings = [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => text)
  const withoutMarks = headings.map((text) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim(),
  )
  return new Set(withoutMarks.map((text) => text.replace(/\s/g, '-')))
}
