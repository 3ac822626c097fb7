import { createReadStream, statSync } from 'node:fs'
import { type FilesOptions, type Source, files, paths } from '../run/index.ts'
import type { Cli } from './cli.ts'
import type { InputFlags } from './define/inputs.ts'
import { UsageError } from './errors.ts'

/**
 * The inputs of a run, as they were written on the command line: patterns, files and folders, and lists of paths.
 *
 * @param extensions - of the files to take from folders, where the user did not say.
 */
export function chooseInputs(
  inputs: readonly string[],
  flags: InputFlags,
  extensions: readonly string[],
  cli: Cli,
): Source<string> {
  const { root, ext } = flags
  const options: FilesOptions = { ...(root !== undefined && { root }), ...(ext !== undefined && { ext }) }
  const lists = inputs.filter(isList)
  if (lists.length === 0) {
    if (flags.null) throw new UsageError('--null is about lists of paths; name one: - for stdin, or @list')
    return files(
      inputs.map((input) => (ext === undefined ? withExtensions(input, extensions) : input)),
      options,
    )
  }
  if (lists.indexOf('-') !== lists.lastIndexOf('-')) throw new UsageError('- is given twice, and there is one stdin')
  if (lists.length === inputs.length)
    return paths(readLists(lists, flags, cli), { ...(root !== undefined && { root }) })
  // A list beside patterns: all of them are looked up together, so that no file comes twice.
  return {
    async open(place) {
      const all = inputs.filter((input) => !isList(input))
      for await (const path of readLists(lists, flags, cli)) all.push(path)
      return files(all, options).open(place)
    },
  }
}

/** Nothing more is read from stdin: whoever writes to it may go on for ever, and the command is through. */
export function closeStdin(inputs: readonly string[]): void {
  if (inputs.includes('-')) process.stdin.destroy()
}

function isList(input: string): boolean {
  return input === '-' || (input.startsWith('@') && input.length > 1)
}

/** A folder as the pattern of those files in it that a recipe is made for. */
function withExtensions(input: string, extensions: readonly string[]): string {
  if (extensions.length === 0 || !statSync(input, { throwIfNoEntry: false })?.isDirectory()) return input
  const choice = extensions.length === 1 ? extensions[0] : `{${extensions.join(',')}}`
  return `${input.replace(/[/\\]+$/, '').replace(/[*?[\]{}]/g, '\\$&')}/**/*${choice}`
}

async function* readLists(lists: readonly string[], flags: InputFlags, cli: Cli): AsyncGenerator<string> {
  for (const list of lists) {
    const isStdin = list === '-'
    if (isStdin && process.stdin.isTTY) cli.screen.print('Reading paths from here, one a line; Ctrl-D ends them')
    const stream: AsyncIterable<Buffer> = isStdin ? process.stdin : createReadStream(list.slice(1))
    try {
      for await (const path of split(stream, flags.null ? '\0' : '\n')) if (isWanted(path, flags.ext)) yield path
    } catch (error) {
      const name = isStdin ? 'on stdin' : list.slice(1)
      throw new UsageError(`the list of paths ${name} cannot be read: ${messageOf(error)}`, { cause: error })
    }
  }
}

function isWanted(path: string, ext: readonly string[] | undefined): boolean {
  return path !== '' && (ext === undefined || ext.some((ending) => path.endsWith(ending)))
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

async function* split(stream: AsyncIterable<Buffer>, end: string): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split(end)
    rest = parts.pop() ?? ''
    for (const part of parts) yield end === '\n' ? part.replace(/\r$/, '') : part
  }
  if (rest !== '') yield rest
}
