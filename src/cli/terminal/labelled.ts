import type { Style } from './style.ts'
import { wrap } from './width.ts'

const LABEL = 8

/** Lines of a label and a text, which stays right of the label where it is too long for one line. */
export function labelled(label: string, text: string, style: Style, columns: number): string[] {
  const parts = wrap(text, columns - LABEL - 1)
  return parts.map((part, index) => `${style.dim((index === 0 ? label : '').padEnd(LABEL))} ${part}`)
}

/** Columns that lines on stdout may use. */
export function stdoutColumns(): number {
  return process.stdout.isTTY ? process.stdout.columns : Infinity
}
