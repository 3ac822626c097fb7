// npm run check:package: what `npm pack` ships is all that is needed and nothing else, and works from another folder.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { oldNode } from './old-node.ts'
import { read, root, tsc } from './project.ts'

interface Packed {
  readonly filename: string
  readonly size: number
  readonly unpackedSize: number
  readonly files: readonly { readonly path: string }[]
}

const SHIPPED = /^(?:package\.json|README\.md|CHANGELOG\.md|LICENSE|bin\/manyhands\.mjs|dist\/.*\.(?:js|d\.ts))$/
// The attw that `npx` fetches; it has 50 dependencies of its own, too many for everybody's `npm ci`.
const ATTW = '@arethetypeswrong/cli@0.18.5'

const manifest = JSON.parse(read('package.json')) as { version: string; exports: Record<string, unknown> }
const entries = Object.keys(manifest.exports).filter((entry) => entry !== './package.json')
const specifiers = entries.map((entry) => `manyhands${entry.slice(1)}`)
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'manyhands-package-')))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

const packed = pack()
check('ships what is needed and nothing else', () => {
  const paths = packed.files.map(({ path }) => path)
  const foreign = paths.filter((path) => !SHIPPED.test(path))
  const missing = ['LICENSE', 'README.md', 'CHANGELOG.md', 'bin/manyhands.mjs'].filter((path) => !paths.includes(path))
  if (foreign.length > 0) throw new Error(`foreign: ${foreign.join(', ')}`)
  if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`)
})

check('installs', () => {
  write('package.json', '{ "private": true, "type": "module" }')
  npm(['install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', join(folder, packed.filename)])
})

for (const specifier of specifiers) {
  check(`import '${specifier}'`, () => {
    const code = [`import * as all from '${specifier}'`, "if (Object.keys(all).length === 0) throw new Error('empty')"]
    write('import.mjs', code.join('\n'))
    node(['import.mjs'])
  })
  check(`require('${specifier}')`, () => {
    const same = `Object.keys(require('${specifier}')).join() === Object.keys(await import('${specifier}')).join()`
    write('require.cjs', `(async () => { if (!(${same})) throw new Error('import and require differ') })()`)
    node(['require.cjs'])
  })
}

for (const kind of ['thread', 'process']) {
  check(`a pool of kind ${kind} runs a task file`, () => {
    write('tasks.mjs', "import { task } from 'manyhands'\nexport const twice = task(import.meta, (n) => n * 2)")
    write(
      'pool.mjs',
      `import { Pool } from 'manyhands'
import { twice } from './tasks.mjs'
const pool = new Pool({ workers: 2, kind: '${kind}' })
console.log((await pool.map(twice, [1, 2, 3])).join())
await pool.close()`,
    )
    const printed = node(['pool.mjs']).trim()
    if (printed !== '2,4,6') throw new Error(`printed ${JSON.stringify(printed)} instead of 2,4,6`)
  })
}

check('manyhands --version', () => {
  const printed = npm(['exec', '--no', '--', 'manyhands', '--version']).trim()
  if (printed !== manifest.version) throw new Error(`printed ${JSON.stringify(printed)} instead of ${manifest.version}`)
})

const consumers = [
  { resolution: 'nodenext', module: 'nodenext', file: 'consumer.mts' },
  { resolution: 'nodenext', module: 'nodenext', file: 'consumer.cts' },
  { resolution: 'bundler', module: 'esnext', file: 'consumer.ts' },
] as const
mkdirSync(join(folder, 'node_modules/@types'), { recursive: true })
for (const name of ['@types/node', 'undici-types']) {
  symlinkSync(`${root}node_modules/${name}`, join(folder, 'node_modules', name))
}
for (const { resolution, module, file } of consumers) {
  check(`types resolve for ${file} under ${resolution}`, () => {
    const imports = specifiers.map((specifier, index) => `import * as entry${index} from '${specifier}'`)
    const uses = specifiers.map((_, index) => `export type Names${index} = keyof typeof entry${index}`)
    write(file, [...imports, ...uses].join('\n'))
    // With the declarations themselves checked, and without the newest libraries: not everyone has them.
    const options = ['--strict', '--noEmit', '--target', 'es2022', '--types', 'node', '--skipLibCheck', 'false']
    run(tsc, ['--module', module, '--moduleResolution', resolution, ...options, file])
  })
}

const old = oldNode()
if (old === undefined) console.log('- an older Node gets one line: skipped, no Node older than 22.18 on PATH')
else
  check('an older Node gets one line', () => {
    const oneLine = /^manyhands needs Node\.js [^\n]*\n$/
    for (const specifier of specifiers) {
      write('old.mjs', `import('${specifier}').catch((error) => console.error(error.stack))`)
      const { stderr } = spawnSync(old, ['old.mjs'], { cwd: folder, encoding: 'utf8' })
      if (!oneLine.test(stderr)) throw new Error(`import '${specifier}' says:\n${stderr}`)
    }
    const { stderr, status } = spawnSync(old, ['node_modules/.bin/manyhands'], { cwd: folder, encoding: 'utf8' })
    if (!oneLine.test(stderr) || status !== 2) throw new Error(`manyhands says, with exit code ${status}:\n${stderr}`)
  })

if (spawnSync('npm', ['exec', '--yes', '--', ATTW, '--version'], { cwd: folder }).status !== 0) {
  console.log(`- are the types wrong: skipped, ${ATTW} could not be fetched`)
} else
  check('are the types wrong', () => {
    npm(['exec', '--yes', '--', ATTW, join(folder, packed.filename), '--profile', 'esm-only', '--format', 'ascii'])
  })

const kilobytes = (bytes: number) => `${(bytes / 1024).toFixed(0)} kB`
const { files, size, unpackedSize } = packed
console.log(`${files.length} files, ${kilobytes(size)} packed, ${kilobytes(unpackedSize)} unpacked`)

function check(what: string, body: () => void): void {
  try {
    body()
    console.log(`✔ ${what}`)
  } catch (error) {
    console.log(`✖ ${what}\n${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
}

function pack(): Packed {
  const options = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder]
  const [packed] = JSON.parse(run('npm', options, root)) as Packed[]
  if (packed === undefined) throw new Error('npm pack packed nothing')
  return packed
}

function npm(args: readonly string[]): string {
  return run('npm', args)
}

function node(args: readonly string[]): string {
  return run(process.execPath, args)
}

/** Its standard output; throws all that it printed where it fails. */
function run(program: string, args: readonly string[], cwd = folder): string {
  // The programs that these start by name, such as `node`, are those of this process.
  const env = { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}` }
  const { stdout, stderr, status, error } = spawnSync(program, args, { cwd, env, encoding: 'utf8' })
  if (status === 0) return stdout
  throw new Error(`${program} ${args.join(' ')} ended with ${status ?? String(error)}\n${stdout}${stderr}`)
}

function write(path: string, text: string): void {
  writeFileSync(join(folder, path), `${text}\n`)
}
