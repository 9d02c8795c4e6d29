"""Plays the part of systemd for listening sockets that outlive the processes that serve them.

  socket-holder.py hold CONTROL ADDRESS ...
      listens on each ADDRESS (inet:PORT on 127.0.0.1, or unix:PATH), prints one line, and gives the sockets to
      every process that connects to the UNIX socket CONTROL, until its standard input ends
  socket-holder.py exec CONTROL NAMES COMMAND ...
      gets the sockets as descriptors 3 and so on, sets LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES, and becomes COMMAND
"""

import os
import socket
import sys
import threading

MAX_SOCKETS = 16
FIRST = 3


def listening(address):
    kind, place = address.split(":", 1)
    if kind == "unix":
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        sock.bind(place)
        os.chmod(place, 0o666)
    else:
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind(("127.0.0.1", int(place)))
    sock.listen(1024)
    return sock


def hold(control, addresses):
    held = [listening(address) for address in addresses]
    server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    server.bind(control)
    server.listen()

    def give():
        while True:
            peer, _ = server.accept()
            with peer:
                socket.send_fds(peer, [b"x"], [sock.fileno() for sock in held])

    threading.Thread(target=give, daemon=True).start()
    print(*(sock.getsockname()[1] if sock.family == socket.AF_INET else "-" for sock in held), flush=True)
    sys.stdin.read()


def become(control, names, command):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as peer:
        peer.connect(control)
        _, received, _, _ = socket.recv_fds(peer, 1, MAX_SOCKETS)
    # Out of the way first: a received descriptor may have the number that another one is to get.
    aside = [os.dup2(fd, 100 + index) for index, fd in enumerate(received)]
    for index, fd in enumerate(aside):
        os.dup2(fd, FIRST + index, inheritable=True)
    os.closerange(FIRST + len(aside), 200)
    os.environ["LISTEN_PID"] = str(os.getpid())
    os.environ["LISTEN_FDS"] = str(len(aside))
    os.environ["LISTEN_FDNAMES"] = names
    os.execvp(command[0], command)


if sys.argv[1] == "hold":
    hold(sys.argv[2], sys.argv[3:])
else:
    become(sys.argv[2], sys.argv[3], sys.argv[4:])
