import { type Command, Help, type HelpConfiguration } from 'commander'
import { styleOf } from './terminal/style.ts'

const style = styleOf(process.stdout)

/** How help looks: examples before the options, and whole; the rest wrapped to the terminal. */
export const helpConfiguration: HelpConfiguration = {
  minWidthToWrap: 20,
  subcommandTerm: (command) => command.name(),
  styleTitle: (text) => style.bold(text),
  styleCommandDescription: styleExamples,
  boxWrap(this: Help, text: string, width: number) {
    const wrapped = (line: string): string => Help.prototype.boxWrap.call(this, line, width)
    return text.split('\n').map((line) => isExample(line) ? line : wrapped(line)).join('\n')
  },
}

/** An example command, and what it is for. */
export type Example = readonly [purpose: string, ...commands: string[]]

/** Puts what a command is for and its examples before its options. */
export function explain(command: Command, text: string, examples: readonly Example[]): Command {
  const blocks = examples.map(([purpose, ...lines]) => [`  # ${purpose}`, ...lines.map((line) => `  ${line}`)].join('\n'))
  return command.summary(text.split('. ', 1)[0]?.replace(/\.$/, '') ?? text).description(`${text}\n\nExamples:\n${blocks.join('\n\n')}`)
}

function isExample(line: string): boolean {
  return line.startsWith('  ')
}

function styleExamples(text: string): string {
  return text.split('\n').map((line) => {
    if (line === 'Examples:') return style.bold(line)
    return line.startsWith('  #') ? style.dim(line) : isExample(line) ? style.cyan(line) : line
  }).join('\n')
}
