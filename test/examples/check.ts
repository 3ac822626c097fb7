// Type-checks and runs blocks: each in a folder of its own, all compiled by one tsc, each run in a process of its own.
import { execFile, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { filesOf, read, root, tsc } from '../../scripts/project.ts'
import { blocksOf, expectedOutput, type Block } from './extract.ts'

const TIMEOUT = 60_000

/** The blocks of README.md, docs/ and the comments in src/. */
export function documentedBlocks(): Block[] {
  return filesOf('README.md', 'docs/**/*.md', 'src/**/*.ts').flatMap((path) => blocksOf(path, read(path)))
}

/**
 * Lays out one folder per TypeScript block, with test/examples/fixtures/ and the fixtures that its document declared
 * before it, inside the repository, so that `manyhands` is the package itself. `remove` it when done.
 */
export class Workshop {
  readonly folder: string
  /** The blocks that are checked, those that are fixtures included. */
  readonly blocks: readonly Block[]

  constructor(blocks: readonly Block[]) {
    this.blocks = blocks.filter(({ language }) => language === 'ts')
    mkdirSync(`${root}tmp`, { recursive: true })
    this.folder = mkdtempSync(`${root}tmp/examples-`)
    for (const block of this.blocks) {
      const folder = this.#folderOf(block)
      cpSync(`${root}test/examples/fixtures`, folder, { recursive: true })
      const earlier = blocks.filter(({ document, line }) => document === block.document && line < block.line)
      for (const { fixture, code } of earlier) if (fixture !== undefined) writeFileSync(join(folder, fixture), code)
      // As many lines down as in the document, so that tsc names the document's lines.
      writeFileSync(join(folder, fileOf(block)), '\n'.repeat(block.line - 1) + block.code)
    }
  }

  /** What tsc says, under the block it says it of. Emits JavaScript beside each file. */
  compile(): Map<Block, string[]> {
    const config = {
      extends: '../../tsconfig.json',
      compilerOptions: { noEmit: false, noUnusedLocals: false, noUnusedParameters: false },
      include: ['.'],
    }
    writeFileSync(join(this.folder, 'tsconfig.json'), JSON.stringify(config))
    const options = ['-p', '.', '--pretty', 'false']
    const { stdout, stderr, status } = spawnSync(tsc, options, { cwd: this.folder, encoding: 'utf8' })
    const problems = new Map<Block, string[]>(this.blocks.map((block) => [block, []]))
    let placed = false
    const diagnostics = /^([^/\n]+)\/[^(\n]+\((\d+),(\d+)\): (.+(?:\n .+)*)/gm
    for (const [, folder, line, column, message] of stdout.matchAll(diagnostics)) {
      const block = this.blocks.find((candidate) => folderName(candidate) === folder)
      if (block === undefined) continue
      problems.get(block)?.push(`${block.document}:${line}:${column} ${message}`)
      placed = true
    }
    if (status !== 0 && !placed) throw new Error(`tsc failed on the examples:\n${stdout}${stderr}`)
    return problems
  }

  /** Why running a block failed, or undefined where it went well and printed what it says. */
  async run(block: Block): Promise<string | undefined> {
    const script = fileOf(block).replace(/\.ts$/, '.js')
    const { stdout, stderr, reason } = await node(script, this.#folderOf(block))
    const where = `${block.document}:${block.line}`
    if (reason !== undefined) return `${where} ${reason}\n${stdout}${stderr}`
    const printed = oneLine(stdout)
    const missing = expectedOutput(block.code).filter((text) => !printed.includes(oneLine(text)))
    if (missing.length === 0) return undefined
    return `${where} did not print ${missing.join(' nor ')}, but:\n${stdout}${stderr}`
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  #folderOf(block: Block): string {
    return join(this.folder, folderName(block))
  }
}

function node(script: string, cwd: string): Promise<{ stdout: string; stderr: string; reason: string | undefined }> {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  return new Promise((resolve) => {
    const options = { cwd, env, timeout: TIMEOUT, killSignal: 'SIGKILL' } as const
    const child = execFile(process.execPath, [script], options, (error, stdout, stderr) => {
      const reason =
        error === null
          ? undefined
          : error.killed
            ? `did not end within ${TIMEOUT / 1000} s`
            : `ended with ${error.signal ?? `exit code ${error.code}`}`
      resolve({ stdout, stderr, reason })
    })
    child.stdin?.end()
  })
}

function folderName({ document, line }: Block): string {
  return `${document.replaceAll('/', '-')}-${line}`
}

function fileOf({ fixture }: Block): string {
  return fixture ?? 'example.ts'
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
