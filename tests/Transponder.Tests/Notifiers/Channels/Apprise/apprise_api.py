"""The routes of the Apprise API over the real Apprise library: one key, with services by their tags."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import apprise

key, services = sys.argv[1], [service.split("=", 1) for service in sys.argv[2:]]


class Api(BaseHTTPRequestHandler):
    def do_POST(self):
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.rstrip("/") != f"/notify/{key}":
            return self.answer(204)
        if not content.get("body") or content.get("type", "info") not in apprise.NOTIFY_TYPES:
            return self.answer(400, "An invalid payload was specified.")
        if content.get("format", "text") not in apprise.NOTIFY_FORMATS:
            return self.answer(400, "An invalid body input format was specified.")
        sender = apprise.Apprise(asset=apprise.AppriseAsset(body_format=content.get("format", "text")))
        for tag, url in services:
            sender.add(url, tag=tag)
        with apprise.LogCapture() as log:
            sent = sender.notify(
                content["body"],
                title=content.get("title", ""),
                notify_type=content.get("type", "info"),
                tag=content.get("tag"),
            )
            reason = log.getvalue()
        return self.answer(200) if sent else self.answer(424, f"One or more notification could not be sent. {reason}")

    def answer(self, status, error=None):
        body = b"" if status == 204 else json.dumps({"error": error}).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
print("listening on", server.server_port, flush=True)
server.serve_forever()
