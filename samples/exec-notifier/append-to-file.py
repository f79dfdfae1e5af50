#!/usr/bin/env python3
"""A channel of one's own for transponder-task: appends each message to a file.

    transponder-task notify 'exec:./append-to-file.py?arg=/var/log/messages.txt' -m 'Data are in'

A message comes as one JSON object on the standard input. The answer is one JSON object on the standard output: its result is "delivered",
"retry" (it may work later) or "rejected" (it never will).
"""

import json
import sys


def answer(result, **more):
    json.dump({"result": result, **more}, sys.stdout)
    sys.exit(0)


if len(sys.argv) != 2:
    answer("rejected", reason="invalid_address", detail="the file's path is missing: arg=/path")

message = json.load(sys.stdin)
execution = message.get("execution", {}).get("name", "no execution")
lines = message.get("text", message["body"]).splitlines() + [f"{field['name']}: {field['value']}" for field in message.get("fields", [])]
text = "\n    ".join(lines)
try:
    with open(sys.argv[1], "a", encoding="utf-8") as file:
        file.write(f"{message['createdAt']} [{message['severity']}] {message['title']} ({execution})\n    {text}\n")
except PermissionError as error:
    answer("rejected", reason="auth_failed", detail=error.strerror)
except OSError as error:
    answer("retry", detail=error.strerror, after=5)
answer("delivered", receipt=message["id"])
