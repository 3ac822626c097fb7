import type { Command, HelpConfiguration } from 'commander'
import { styleOf } from './terminal/style.ts'
import { wrap } from './terminal/width.ts'

const style = styleOf(process.stdout)

/** An example: what it is for, and its commands. */
export type Example = readonly [purpose: string, ...commands: string[]]

/** How help looks: examples before the options, commands never broken, all else wrapped to the terminal. */
export const helpConfiguration: HelpConfiguration = {
  minWidthToWrap: 20,
  subcommandTerm: (command) => command.name(),
  styleTitle: (text) => style.bold(text),
  styleCommandDescription: (text) => text.split('\n').map(styleLine).join('\n'),
  boxWrap: fold,
}

/** Puts what a command is for and its examples before its options. */
export function explain(command: Command, text: string, examples: readonly Example[]): Command {
  const blocks = examples.map(([purpose, ...lines]) => [`# ${purpose}`, ...lines].map((line) => `  ${line}`).join('\n'))
  const [summary = text] = text.split(/[.:] /, 1)
  return command.summary(summary.replace(/\.$/, '')).description(`${text}\n\nExamples:\n${blocks.join('\n\n')}`)
}

/** Breaks the lines of a text at spaces; indented ones only where they are comments. */
export function fold(text: string, columns: number): string {
  return text
    .split('\n')
    .flatMap((line) => {
      const [, start, indent] = /^((?:\x1b\[\d+m)?( *)(?:# )?)/.exec(line) ?? []
      if (start === undefined || indent === '') return wrap(line, columns)
      if (!start.endsWith('# ')) return [line]
      return wrap(line.slice(start.length), columns - start.length).map((part) => start + part)
    })
    .join('\n')
}

function styleLine(line: string): string {
  if (line === 'Examples:') return style.bold(line)
  return line.startsWith('  #') ? style.dim(line) : line.startsWith('  ') ? style.cyan(line) : line
}
