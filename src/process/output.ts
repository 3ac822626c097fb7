import { InvalidOptionError } from '../errors/index.ts'

/** A whole line that a worker wrote, without its line break. */
export interface OutputLine {
  readonly worker: string
  readonly text: string
  /** Where it was written: `log` is the task's own `log()`. */
  readonly stream: 'stdout' | 'stderr' | 'log'
}

/** What becomes of the lines that workers write. */
export type Output = 'tagged' | 'plain' | 'ignore' | ((line: OutputLine) => void)

/** A function that does with each line what the option says. Lines of several workers never mix: each is one write. */
export function outputWriter(
  output: Output,
): (worker: { readonly name: string }, text: string, stream: OutputLine['stream']) => void {
  if (typeof output === 'function') return ({ name }, text, stream) => output({ worker: name, text, stream })
  switch (output) {
    case 'ignore':
      return () => {}
    case 'plain':
      return (_worker, text, stream) => void target(stream).write(`${text}\n`)
    case 'tagged':
      return ({ name }, text, stream) => void target(stream).write(`[${name}] ${text}\n`)
    default:
      throw new InvalidOptionError('output', "'tagged', 'plain', 'ignore' or a function", output)
  }
}

function target(stream: OutputLine['stream']): NodeJS.WriteStream {
  return stream === 'stdout' ? process.stdout : process.stderr
}
