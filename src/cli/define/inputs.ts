import type { Command } from 'commander'
import * as argument from '../arguments.ts'

/** Which inputs are meant, as `run` and `tune` are told. */
export interface InputFlags {
  readonly ext?: readonly string[]
  readonly root?: string
  readonly null?: true
}

const TASK = "a recipe's name, or a function in a file: ./tasks.ts#name, ./clean.ts for its default export"

const INPUTS =
  "files, folders with all below them, quoted patterns such as 'logs/**/*.gz', - for paths from stdin, " +
  '@list for paths from a file'

/** The task and its inputs, with the options that say which files are meant. */
export function defineInputs(command: Command): Command {
  return command
    .argument('<TASK>', TASK)
    .argument('<INPUTS...>', INPUTS)
    .optionsGroup('Inputs:')
    .option('--ext <.EXT>', 'only files that end so; several with commas', argument.extensions)
    .option('--root <FOLDER>', 'items are named relative to this folder (default: as in the first run; there, here)')
    .option('-0, --null', 'paths from - and @list end with NUL, as of find -print0')
}
