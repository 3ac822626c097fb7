import { styleText } from 'node:util'

type Format = Parameters<typeof styleText>[0]

/** Colours for one stream: none where it is no terminal, or NO_COLOR, FORCE_COLOR or TERM says so. */
export interface Style {
  bold(text: string): string
  dim(text: string): string
  red(text: string): string
  green(text: string): string
  yellow(text: string): string
  cyan(text: string): string
}

/** The style of a stream. */
export function styleOf(stream: NodeJS.WriteStream): Style {
  const style =
    (format: Format) =>
    (text: string): string =>
      styleText(format, text, { stream })
  return {
    bold: style('bold'),
    dim: style('dim'),
    red: style('red'),
    green: style('green'),
    yellow: style('yellow'),
    cyan: style('cyan'),
  }
}
