"""Reads one received webhook from standard input and checks its signature as docs/channels/webhook.md shows."""
import base64
import hashlib
import hmac
import json
import sys


def key_of(secret):
    if secret.startswith("whsec_"):
        return base64.b64decode(secret[len("whsec_"):])
    return secret.encode()


received = json.load(sys.stdin)
headers = received["headers"]
body = base64.b64decode(received["body"])
signed = f'{headers["webhook-id"]}.{headers["webhook-timestamp"]}.'.encode() + body
digest = hmac.new(key_of(received["secret"]), signed, hashlib.sha256).digest()
expected = "v1," + base64.b64encode(digest).decode()
ok = any(hmac.compare_digest(expected, one) for one in headers["webhook-signature"].split(" "))
sys.exit(0 if ok else 1)
