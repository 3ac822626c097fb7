import { type ChildProcess, spawn } from 'node:child_process'
import { Socket } from 'node:net'
import type { Writable } from 'node:stream'

/**
 * Ends the children of this process when this process is gone, however it went.
 *
 * A child sees the end of its channel by itself, unless it is inside a loop. So one small shell per owner holds the
 * reading end of a pipe and a list of process ids. The kernel closes the pipe when the owner dies; the shell then
 * sends SIGKILL to whoever is left. It runs in a session of its own and ignores the signals of a terminal.
 *
 *   owner → shell: `+ PID` when a child was started, `- PID` when it was seen to end
 *
 * The owner writes `+ PID` before it sends that child any call. If the owner dies before, the child has nothing to
 * be busy with and ends by itself. On Windows the operating system ends the children of a dead process (libuv puts
 * them into a job), and no shell is needed.
 */
const SCRIPT = `
trap '' INT TERM HUP QUIT
pids=' '
while read -r change pid; do
  case $change in
    +) pids="$pids$pid " ;;
    -) case $pids in *" $pid "*) pids="\${pids%% $pid *} \${pids#* $pid }" ;; esac ;;
  esac
done
for pid in $pids; do kill -KILL "$pid"; done
`

let reaper: { readonly shell: ChildProcess; readonly input: Writable } | undefined

/** Makes sure that it runs. Where no shell can be started, children still end with their channel, when they look at it. */
export function startReaper(): void {
  if (process.platform === 'win32' || reaper !== undefined) return
  const shell = spawn('/bin/sh', ['-c', SCRIPT], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  shell.on('error', () => {})
  // It has none where the system gives no more descriptors.
  const input: Writable | undefined = shell.stdin
  if (input === undefined) return
  input.on('error', () => {})
  shell.unref()
  // A pipe is a socket, which its type does not tell.
  if (input instanceof Socket) input.unref()
  reaper = { shell, input }
  shell.on('exit', () => {
    if (reaper?.shell === shell) reaper = undefined
  })
}

/** Ties a child's life to that of this process. */
export function watchChild(child: ChildProcess): void {
  if (reaper === undefined || child.pid === undefined) return
  const { input } = reaper
  input.write(`+ ${child.pid}\n`)
  child.once('exit', () => input.write(`- ${child.pid}\n`))
}
