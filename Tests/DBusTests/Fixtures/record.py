#!/usr/bin/env python3
"""Writes clients.txt beside it: what real clients of D-Bus and a real dbus-daemon say to each other.

Needs dbus-daemon and dbus-send (libdbus), gdbus (GDBus) and busctl (sd-bus). One line for each run of
bytes: "> " of the client, "< " of the daemon, in hexadecimal; "# " begins a conversation.
"""

import os, pathlib, socket, subprocess, tempfile, threading

BUS = "org.freedesktop.DBus"
CALLS = [
    ("ListActivatableNames", []), ("NameHasOwner", [BUS]), ("NameHasOwner", ["org.example.Nobody"]),
    ("GetNameOwner", ["org.example.Nobody"]), ("GetNameOwner", [BUS]), ("GetId", []),
    ("RequestName", ["org.example.Own", 4]), ("RequestName", [":1.5", 0]),
    ("ReleaseName", ["org.example.Own"]), ("StartServiceByName", ["org.example.Nobody", 0]),
    ("AddMatch", ["type='signal',member='A'"]), ("AddMatch", ["nonsense"]),
    ("RemoveMatch", ["type='signal'"]), ("NoSuchMethod", []), ("Hello", []),
]


def dbus_send(address, member, values):
    typed = [("string:" if isinstance(v, str) else "uint32:") + str(v) for v in values]
    return ["dbus-send", "--bus=" + address, "--print-reply", "--dest=" + BUS, "/org/freedesktop/DBus",
            f"{BUS}.{member}"] + typed


def gdbus(address, member, values):
    return ["gdbus", "call", "--address", address, "--dest", BUS, "--object-path",
            "/org/freedesktop/DBus", "--method", f"{BUS}.{member}"] + [str(v) for v in values]


def busctl(address, member, values):
    signature = "".join("s" if isinstance(v, str) else "u" for v in values)
    return ["busctl", "--address=" + address, "call", BUS, "/org/freedesktop/DBus", BUS, member] + (
        [signature] + [str(v) for v in values] if values else [])


def record(folder, command):
    """The conversation of one client, through a socket of our own."""
    path = os.path.join(folder, "proxy")
    if os.path.exists(path):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(1)
    client = subprocess.Popen(command("unix:path=" + path), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    near, _ = listener.accept()
    far = socket.socket(socket.AF_UNIX)
    far.connect(os.path.join(folder, "bus"))
    lines = []

    def copy(source, target, mark):
        while data := source.recv(1 << 16):
            lines.append(f"{mark} {data.hex()}")
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)

    threads = [threading.Thread(target=copy, args=a) for a in [(near, far, ">"), (far, near, "<")]]
    for thread in threads:
        thread.start()
    client.wait()
    for thread in threads:
        thread.join()
    return lines


with tempfile.TemporaryDirectory() as folder:
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1", f"--address=unix:path={folder}/bus"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    daemon.stdout.readline()
    text = f"user {os.getuid()}\n"
    # GDBus asks for the description of all that it calls, which is long.
    for client, calls in [(dbus_send, CALLS), (gdbus, CALLS[5:6]), (busctl, CALLS[::2])]:
        for member, values in calls:
            text += f"# {client.__name__} {member} {' '.join(map(str, values))}\n"
            text += "\n".join(record(folder, lambda a: client(a, member, values))) + "\n"
    daemon.terminate()
pathlib.Path(__file__).with_name("clients.txt").write_text(text)
