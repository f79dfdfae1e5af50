"""Says how AWS's own library signs a request: the request comes as JSON on standard input, with the key that it should be signed by."""

import json
import sys

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

asked = json.load(sys.stdin)
headers = {header["key"].lower(): header["value"] for header in asked["headers"]}
shown = headers.pop("authorization")
auth = SigV4Auth(Credentials(asked["accessKey"], asked["secretKey"], headers.get("x-amz-security-token")), "sts", asked["region"])
request = AWSRequest(asked["method"], asked["url"], headers=headers)
request.context["timestamp"] = headers["x-amz-date"]
signature = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
names = auth.signed_headers(auth.headers_to_sign(request))
print(f"AWS4-HMAC-SHA256 Credential={auth.scope(request)}, SignedHeaders={names}, Signature={signature}")
print(shown)
