import { type Command, Help, type HelpConfiguration } from 'commander'
import { styleOf } from './terminal/style.ts'

const style = styleOf(process.stdout)

/** An example: what it is for, and its commands. */
export type Example = readonly [purpose: string, ...commands: string[]]

/** How help looks: examples before the options, and never broken; the rest wrapped to the terminal. */
export const helpConfiguration: HelpConfiguration = {
  minWidthToWrap: 20,
  subcommandTerm: (command) => command.name(),
  styleTitle: (text) => style.bold(text),
  styleCommandDescription: (text) => text.split('\n').map(styleLine).join('\n'),
  boxWrap(this: Help, text: string, width: number) {
    const wrap = (line: string): string => isExample(line) ? line : Help.prototype.boxWrap.call(this, line, width)
    return text.split('\n').map(wrap).join('\n')
  },
}

/** Puts what a command is for and its examples before its options. */
export function explain(command: Command, text: string, examples: readonly Example[]): Command {
  const blocks = examples.map(([purpose, ...lines]) => [`# ${purpose}`, ...lines].map((line) => `  ${line}`).join('\n'))
  const [summary = text] = text.split(/[.:] /, 1)
  return command.summary(summary.replace(/\.$/, '')).description(`${text}\n\nExamples:\n${blocks.join('\n\n')}`)
}

function isExample(line: string): boolean {
  return /^(?:\x1b\[\d+m)?  /.test(line)
}

function styleLine(line: string): string {
  if (line === 'Examples:') return style.bold(line)
  return line.startsWith('  #') ? style.dim(line) : line.startsWith('  ') ? style.cyan(line) : line
}
