"""Runs a command in a pseudo-terminal: python3 terminal.py COLUMNS ROWS STEPS COMMAND ARG...

STEPS is a JSON list of [pattern, action, value]: when the output since the last step holds the pattern, the action is
done: "type" writes the value as keys, "resize" sets the columns, "signal" sends a signal to the command, "touch" makes
an empty file. What the terminal got is written to stdout; the exit code is the command's, or 128 and its signal.
"""
import fcntl, json, os, pty, select, signal, struct, sys, termios

columns, rows, steps, command = int(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3]), sys.argv[4:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)


def size(columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


size(columns)
seen = b""
while True:
    readable, _, _ = select.select([terminal], [], [], 60)
    try:
        data = os.read(terminal, 65536) if readable else b""
    except OSError:
        data = b""
    if not data:
        break
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    seen += data
    while steps and steps[0][0].encode() in seen:
        _, action, value = steps.pop(0)
        seen = b""
        if action == "type":
            os.write(terminal, value.encode())
        elif action == "resize":
            size(int(value))
        elif action == "signal":
            os.kill(pid, getattr(signal, value))
        elif action == "touch":
            open(value, "w").close()
_, status = os.waitpid(pid, 0)
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
