"""Runs commands of the real OpenStack client, one a line, in one process: a start of it costs seconds.

client.py BASE FOLDER < COMMANDS; prints one JSON object for each: {"command", "rc", "out", "err"}.
A command that begins with a plus waits until all actions have ended first.
"""
import contextlib
import io
import json
import os
import shlex
import sys
import time
import urllib.request

from openstackclient import shell

base, folder = sys.argv[1:3]
os.chdir(folder)


def wait():
    for _ in range(2000):
        with urllib.request.urlopen(base + "/v1/actions") as reply:
            actions = json.load(reply)["actions"]
        if all(a["status"] in ("SUCCEEDED", "FAILED", "CANCELLED") for a in actions):
            return
        time.sleep(0.01)


for line in sys.stdin:
    command = line.strip()
    if command.startswith("+"):
        wait()
        command = command[1:].strip()
    out, err = io.StringIO(), io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = shell.OpenStackShell().run(["--os-auth-type", "none", "--os-endpoint", base] + shlex.split(command))
    except SystemExit as end:
        code = end.code
    print(json.dumps({"command": command, "rc": code, "out": out.getvalue(), "err": err.getvalue()}), flush=True)
