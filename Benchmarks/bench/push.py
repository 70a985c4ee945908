"""How many pushes one core encrypts and signs, beside what the curve alone would let it; how long one
takes through the push service to the worker, and what that weighs."""

import json
import subprocess

from . import push_service
from .decode import on_one_core
from .tools import PEERS, Figures, Found, Row, push_peer, tool


def measure(quick):
    seconds = "1" if quick else "10"
    commands = {
        "offstage": [tool("pushbench"), seconds],
        "pywebpush": [push_peer(), PEERS / "push_peer.py", seconds],
    }
    raw = {}
    for name, command in commands.items():
        output = subprocess.run(command, capture_output=True, text=True, check=True,
                                preexec_fn=on_one_core).stdout
        raw[name] = json.loads(output)

    def rate(name, measure):
        return Figures(raw[name][measure], "/s")

    bound = rate("offstage", "bound")
    service_rows, raw["service"] = push_service.measure(quick)
    return Found([
        Row("a push encrypted and signed, per CPU second", rate("offstage", "signed"), bound,
            "one P-256 key and one ECDH", "≥ 0.7"),
        Row("encrypted, the token signed before", rate("offstage", "encrypted"), bound,
            "one P-256 key and one ECDH"),
        Row("a push encrypted and signed, per CPU second", rate("offstage", "signed"),
            rate("pywebpush", "signed"), "pywebpush", "≥ 1"),
        *service_rows,
    ], raw)
