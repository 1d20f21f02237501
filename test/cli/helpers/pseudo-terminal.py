"""Runs a command in a pseudo-terminal: argv is COLUMNS ROWS COMMAND..., its output goes to standard output.

Lines of JSON on standard input: {"send": "text"} types, {"columns": n, "rows": n} resizes the window.
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios


def resize(fd, columns, rows):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


columns, rows = int(sys.argv[1]), int(sys.argv[2])
pid, terminal = pty.fork()
if pid == 0:
    # The parent sets the size; the command must not look before that.
    os.read(0, 1)
    os.execvp(sys.argv[3], sys.argv[3:])

attributes = termios.tcgetattr(terminal)
attributes[3] &= ~(termios.ECHO | termios.ECHONL)
termios.tcsetattr(terminal, termios.TCSANOW, attributes)
resize(terminal, columns, rows)
os.write(terminal, b"\n")

sources = [terminal, 0]
pending = b""
while terminal in sources:
    ready, _, _ = select.select(sources, [], [])
    if terminal in ready:
        try:
            data = os.read(terminal, 65536)
        except OSError:
            data = b""
        if not data:
            sources.remove(terminal)
            break
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    if 0 in ready:
        data = os.read(0, 65536)
        if not data:
            sources.remove(0)
        pending += data
        *lines, pending = pending.split(b"\n")
        for line in lines:
            order = json.loads(line)
            if "send" in order:
                os.write(terminal, order["send"].encode())
            else:
                resize(terminal, order["columns"], order["rows"])
                os.kill(pid, signal.SIGWINCH)

_, status = os.waitpid(pid, 0)
sys.exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))
