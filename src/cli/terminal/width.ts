import { stripVTControlCharacters } from 'node:util'

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

// What terminals draw two columns wide: East Asian wide and full-width forms, and emoji.
const WIDE = new RegExp(
  [
    '[\\u1100-\\u115f\\u2e80-\\u303e\\u3041-\\u33ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\ua000-\\ua4cf\\ua960-\\ua97f',
    '\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe10-\\ufe19\\ufe30-\\ufe6f\\uff00-\\uff60\\uffe0-\\uffe6',
    '\\u{1f300}-\\u{1f64f}\\u{1f900}-\\u{1f9ff}\\u{20000}-\\u{3fffd}]|\\p{Emoji_Presentation}|\\ufe0f',
  ].join(''),
  'u',
)

const INVISIBLE = /^[\p{Mark}\p{Control}\p{Format}]+$/u

/** Columns that a text takes in a terminal; colour codes take none. */
export function width(text: string): number {
  const plain = stripVTControlCharacters(text)
  if (/^[\x20-\x7e]*$/.test(plain)) return plain.length
  let columns = 0
  for (const { segment } of segmenter.segment(plain)) columns += widthOf(segment)
  return columns
}

function widthOf(grapheme: string): number {
  if (INVISIBLE.test(grapheme)) return 0
  return WIDE.test(grapheme) ? 2 : 1
}

/** The text, without colour codes, cut at its end to so many columns. */
export function cut(text: string, columns: number, mark = '…'): string {
  if (width(text) <= columns) return text
  return `${fitting(graphemes(text), columns - width(mark)).join('')}${columns > 0 ? mark : ''}`
}

/** The text cut at its start: of a path, the end tells more. */
export function cutStart(text: string, columns: number, mark = '…'): string {
  if (width(text) <= columns) return text
  return `${columns > 0 ? mark : ''}${fitting(graphemes(text).reverse(), columns - width(mark))
    .reverse()
    .join('')}`
}

/** The text with spaces behind it to so many columns. */
export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - width(text)))
}

/** The text with spaces before it to so many columns. */
export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - width(text))) + text
}

/** A sentence broken at its spaces into lines of so many columns; a longer word keeps a line of its own. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  let line: string | undefined
  for (const word of text.split(' ')) {
    const longer: string = line === undefined ? word : `${line} ${word}`
    if (line === undefined || width(longer) <= columns) {
      line = longer
    } else {
      lines.push(line)
      line = word
    }
  }
  return line === undefined ? lines : [...lines, line]
}

/** A text as one line without anything that could move the cursor. */
export function oneLine(text: string): string {
  const joined = stripVTControlCharacters(text).replace(/\s*[\r\n\u2028\u2029]+\s*/g, ' ')
  return joined.replace(/\t/g, ' ').replace(/\p{Control}/gu, '')
}

function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

/** The first of the parts that fit into so many columns. */
function fitting(parts: readonly string[], columns: number): string[] {
  let used = 0
  const end = parts.findIndex((part) => (used += widthOf(part)) > columns)
  return parts.slice(0, end < 0 ? parts.length : end)
}
