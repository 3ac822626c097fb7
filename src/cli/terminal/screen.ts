import { type Style, styleOf } from './style.ts'
import { width, wrap } from './width.ts'

/**
 * Everything the command says on stderr goes through here, so that lines never mix with the live region.
 *
 * The live region is some lines at the bottom that are painted over and over; what is said meanwhile goes above them.
 * Each change is one write: clear the region, say, paint it again. The cursor is hidden while there is a region, and
 * shown again whatever ends the process, short of SIGKILL.
 */
export class Screen {
  readonly style: Style
  readonly #stream: NodeJS.WriteStream
  #region: readonly string[] = []
  #hidden = false

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
    this.style = styleOf(stream)
  }

  get isTerminal(): boolean {
    return this.#stream.isTTY
  }

  /** Columns that may be used: one less than there are, because terminals differ in when they wrap a full line. */
  get columns(): number {
    return this.#size('columns', 80) - 1
  }

  get rows(): number {
    return this.#size('rows', 24)
  }

  /** Writes whole lines, above the live region. */
  print(...lines: readonly string[]): void {
    if (lines.length > 0) this.#write(`${this.#clear()}${lines.join('\n')}\n${this.#region.join('\n')}`)
  }

  /** Writes a sentence, broken at its spaces where a terminal would break it anywhere. */
  say(sentence: string): void {
    this.print(...(this.isTerminal ? wrap(sentence, this.columns) : [sentence]))
  }

  /** Paints the live region; no lines end it. */
  paint(lines: readonly string[]): void {
    if (lines.length === this.#region.length && lines.every((line, index) => line === this.#region[index])) return
    const clear = this.#clear()
    this.#region = lines
    this.#write(clear + this.#cursor(lines.length > 0) + lines.join('\n'))
  }

  /** Ends the live region, and shows the cursor. */
  restore(): void {
    if (this.#region.length > 0) this.paint([])
  }

  /** To the first column of the region's first line, and all after it gone. */
  #clear(): string {
    if (this.#region.length === 0) return ''
    // A terminal that became narrower has wrapped the lines that no longer fit.
    const columns = this.columns + 1
    const rows = this.#region.reduce((sum, line) => sum + Math.max(1, Math.ceil(width(line) / columns)), 0)
    return `\r${rows > 1 ? `\x1b[${rows - 1}A` : ''}\x1b[J`
  }

  #cursor(hide: boolean): string {
    if (hide === this.#hidden) return ''
    this.#hidden = hide
    if (hide) process.once('exit', this.#onExit)
    else process.off('exit', this.#onExit)
    return hide ? '\x1b[?25l' : '\x1b[?25h'
  }

  readonly #onExit = (): void => this.restore()

  #size(dimension: 'columns' | 'rows', otherwise: number): number {
    const known = this.#stream[dimension] || Number(process.env[dimension === 'rows' ? 'LINES' : 'COLUMNS'])
    return known > 0 ? known : otherwise
  }

  #write(text: string): void {
    this.#stream.write(text)
  }
}
