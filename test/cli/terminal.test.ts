import assert from 'node:assert/strict'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { folderOf, manyhands, taskOf } from './manyhands.ts'
import { inTerminal, noTerminal, show } from './terminal.ts'

const FILES = ['a.txt', 'b.txt', 'a file with a very long name, longer than the terminal is wide, é.txt']
const EMPTY = Object.fromEntries(FILES.map((name) => [name, '']))
const CURSOR = { hide: '\x1b[?25l', show: '\x1b[?25h' }

suite('in a terminal', { skip: noTerminal }, () => {
  test('a live bar that is never too wide, and leaves only lines that matter', async (t) => {
    const cwd = folderOf(t, EMPTY)
    const { code, output } = await inTerminal(['run', taskOf('slow'), '*.txt', '-o', 's.db', '-j', '2'], cwd)
    assert.equal(code, 0)
    assert.match(output, /━/)
    assert.match(output, /P00\d.*\dms/)
    const { lines, cursor, wraps } = show(output, 60)
    assert.equal(cursor, 'shown')
    assert.equal(wraps, 0)
    assert.deepEqual(
      lines.filter((line) => /[━─]/.test(line)),
      [],
      'the bar is gone in the end',
    )
    assert.equal(lines.filter((line) => line.includes('begins')).length, 3, 'what tasks print stays')
    assert.match(lines.join('\n'), /slow → s\.db: 3 items, on 2 processes\n/)
    assert.match(lines.join('\n'), /✔ Finished: 3 items done in .*\n {2}results +manyhands results s\.db\n/)
  })

  test('a terminal that becomes narrower is painted anew, without remains', async (t) => {
    const cwd = folderOf(t, { 'a.txt': '', 'b.txt': '' })
    const { code, output } = await inTerminal(['run', taskOf('until'), '*.txt', '-j', '2'], cwd, {
      columns: 100,
      steps: [
        ['begins a.txt', 'resize', '50'],
        ['P001', 'touch', join(cwd, 'a.txt.end')],
        ['1/2', 'touch', join(cwd, 'b.txt.end')],
      ],
    })
    assert.equal(code, 0)
    const after = output.slice(output.lastIndexOf(CURSOR.hide))
    assert.equal(show(after, 50).cursor, 'shown')
    const painted = output.split(/\r|\x1b\[J/).findLast((line) => line.includes('━')) ?? ''
    assert.ok(
      show(painted, 1000).lines.every((line) => line.length < 50),
      painted,
    )
  })

  test('Ctrl-C in a terminal reaches the run, which says what it does and gives the cursor back', async (t) => {
    const cwd = folderOf(t, { 'a.txt': '', 'b.txt': '' })
    const { code, output } = await inTerminal(['run', taskOf('until'), '*.txt', '-j', '1'], cwd, {
      steps: [
        ['begins a.txt', 'type', '\x03'],
        ['Stopping', 'touch', join(cwd, 'a.txt.end')],
      ],
    })
    assert.equal(code, 130)
    const { lines, cursor } = show(output, 60)
    assert.equal(cursor, 'shown')
    assert.match(lines.join(' '), /Ended early by the user \(Ctrl-C\), all .* is saved: 1 of 2 items done/)
    assert.doesNotMatch(output, /\n +at /, 'no stack of any worker')
  })

  test('a run that is killed by an error gives the cursor back', async (t) => {
    const cwd = folderOf(t, { 'a.txt': '', 'b.txt': '' })
    const { code, output } = await inTerminal(['run', taskOf('until'), '*.txt', '-j', '1'], cwd, {
      steps: [
        ['begins a.txt', 'signal', 'SIGTERM'],
        ['Stopping', 'signal', 'SIGTERM'],
      ],
    })
    assert.equal(code, 143)
    assert.equal(show(output, 60).cursor, 'shown')
  })

  test('--restart asks, and only yes is yes', async (t) => {
    const cwd = folderOf(t, { 'a.txt': 'x' })
    const command = ['run', taskOf('look'), 'a.txt', '-o', 'l.db', '--kind', 'thread', '--restart']
    await manyhands(command, { cwd })
    const no = await inTerminal(command, cwd, { columns: 100, steps: [['[y/N]', 'type', '\r']] })
    assert.equal(no.code, 0)
    assert.match(no.output, /Forget 1 result in l\.db, and begin anew\? \[y\/N\][^]*Nothing was changed/)
    const gone = await inTerminal(command, cwd, { columns: 100, steps: [['[y/N]', 'type', '\x03']] })
    assert.match(gone.output, /Nothing was changed/)
    const yes = await inTerminal(command, cwd, { columns: 100, steps: [['[y/N]', 'type', 'y\r']] })
    assert.equal(yes.code, 0)
    assert.match(yes.output, /1 item done in/)
  })

  test('colours: a terminal has them, NO_COLOR and dumb terminals have none, CI has plain lines', async (t) => {
    const cwd = folderOf(t, { 'a.txt': '' })
    const outputOf = async (env: NodeJS.ProcessEnv, name: string): Promise<string> => {
      return (await inTerminal(['run', taskOf('slow'), 'a.txt', '-o', `${name}.db`], cwd, { env })).output
    }
    const [plain, none, dumb, ci] = await Promise.all([
      outputOf({}, 'a'),
      outputOf({ NO_COLOR: '1' }, 'b'),
      outputOf({ TERM: 'dumb' }, 'c'),
      outputOf({ CI: 'true' }, 'd'),
    ])
    assert.match(plain, /\x1b\[32m/)
    assert.match(none, /━|─/, 'NO_COLOR takes the colours only')
    assert.doesNotMatch(none, /\x1b\[\d+m/)
    assert.doesNotMatch(dumb, /\x1b/)
    assert.doesNotMatch(ci, /[━─]|\x1b\[\?25l/)
  })

  test('help fits into a narrow terminal', async (t) => {
    const { code, output } = await inTerminal(['run', '--help'], folderOf(t), { columns: 70 })
    assert.equal(code, 0)
    const { lines } = show(output, 1000)
    assert.deepEqual(
      lines.filter((line) => line.length > 70 && !/^ {2}(manyhands|find) /.test(line)),
      [],
    )
  })
})

test('where stderr is no terminal, there is no control code, unless colours are forced', async (t) => {
  const cwd = folderOf(t, { 'a.txt': '' })
  const plain = await manyhands(['run', taskOf('look'), 'a.txt', '--kind', 'thread'], { cwd })
  assert.doesNotMatch(plain.stderr, /\x1b/)
  const env = { FORCE_COLOR: '1' }
  const forced = await manyhands(['run', taskOf('look'), 'a.txt', '--kind', 'thread'], { cwd, env })
  assert.match(forced.stderr, /\x1b\[32m✔/)
})
