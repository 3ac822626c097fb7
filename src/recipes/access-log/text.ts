/** `1234567` as `1,234,567`. */
export function grouped(n: number): string {
  return String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ',')
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB']

/** Bytes for people: `2.6 GB`, in powers of 1024. */
export function inBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`
}

/** A part of a whole, which shows as 0 or 100 % only when it is that. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return ''
  const share = (100 * part) / whole
  if (part > 0 && share < 0.1) return '<0.1 %'
  return part < whole && share > 99.9 ? '>99.9 %' : `${share.toFixed(1)} %`
}

/** `1 line`, `2 lines`. */
export function many(n: number, noun: string): string {
  return `${grouped(n)} ${noun}${n === 1 ? '' : 's'}`
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

/** A bar of up to `columns` for a value of up to `max`; any value above 0 shows. */
export function bar(value: number, max: number, columns: number): string {
  if (value <= 0 || max <= 0) return ''
  const eighths = Math.max(1, Math.round((value / max) * columns * 8))
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '')
}

const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']

/** A column for each value; a blank for 0. */
export function sparkline(values: readonly number[]): string {
  const max = Math.max(...values)
  return values.map((value) => (value === 0 ? ' ' : LEVELS[Math.ceil((value / max) * 8) - 1])).join('')
}

/**
 * Text from a log as it may be shown: what moves the cursor, colours the terminal, reverses the writing or cannot be
 * seen is written as an escape. A log is written by strangers.
 */
export function harmless(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
  })
}

const WIDE = /[ᄀ-ᅟ⺀-〾ぁ-꓏가-힣豈-﫿︰-﹯＀-｠￠-￦]|\p{Emoji_Presentation}/u

/** Columns that text takes in a terminal. */
export function columnsOf(text: string): number {
  let columns = 0
  for (const character of text) columns += /\p{M}/u.test(character) ? 0 : WIDE.test(character) ? 2 : 1
  return columns
}

/** Text in at most `columns`, with `…` where its end was cut off. */
export function clip(text: string, columns: number): string {
  // Text far too long is cut roughly first: a path may have a million characters.
  const shown = harmless(text.slice(0, columns * 4))
  if (columnsOf(shown) <= columns && text.length <= columns * 4) return shown
  let clipped = ''
  for (const character of shown) {
    if (columnsOf(clipped + character) > columns - 1) break
    clipped += character
  }
  return `${clipped}…`
}

/** Text in at most `columns`, with `…` where its start was cut off: for paths of files, whose ends differ. */
export function clipStart(text: string, columns: number): string {
  const shown = harmless(text)
  if (columnsOf(shown) <= columns) return shown
  const characters = [...shown]
  while (columnsOf(characters.join('')) > columns - 1) characters.shift()
  return `…${characters.join('')}`
}

/** A line that starts with `start` and goes on with a list, on further lines where it is too long for one. */
export function wrapped(start: string, items: readonly string[], columns: number): string[] {
  const lines = [start]
  for (const [i, item] of items.entries()) {
    const text = i < items.length - 1 ? `${item}, ` : item
    const line = lines.pop() ?? ''
    if (i > 0 && columnsOf(line + text.trimEnd()) > columns) lines.push(line, ' '.repeat(columnsOf(start)) + text)
    else lines.push(line + text)
  }
  return lines.map((line) => line.trimEnd())
}

/** Text filled with spaces to `columns`, at its left when it is a number's. */
export function pad(text: string, columns: number, side: 'left' | 'right' = 'right'): string {
  const fill = ' '.repeat(Math.max(0, columns - columnsOf(text)))
  return side === 'left' ? fill + text : text + fill
}
