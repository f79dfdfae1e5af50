"""Uploads a file as flytekit does: asks for a location over gRPC, PUTs the file with the digest and the headers it was told, and fetches it again."""
import base64
import hashlib
import json
import sys
import urllib.error
import urllib.request

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

address, descriptor_set, file_name = sys.argv[1:4]
files = descriptor_pb2.FileDescriptorSet()
with open(descriptor_set, "rb") as source:
    files.ParseFromString(source.read())
pool = descriptor_pool.DescriptorPool()
for file in files.file:
    pool.Add(file)
factory = message_factory.MessageFactory(pool)
service = pool.FindServiceByName("flyteidl.service.DataProxyService")


def call(channel, name, **fields):
    method = service.FindMethodByName(name)
    request, reply = factory.GetPrototype(method.input_type), factory.GetPrototype(method.output_type)
    run = channel.unary_unary(
        f"/{service.full_name}/{name}", request_serializer=request.SerializeToString, response_deserializer=reply.FromString
    )
    return run(request(**fields), timeout=60)


def failure(channel, name, **fields):
    try:
        call(channel, name, **fields)
        return 0
    except grpc.RpcError as error:
        return error.code().value[0]


def put(url, data, headers):
    try:
        return urllib.request.urlopen(urllib.request.Request(url, data=data, headers=headers, method="PUT"), timeout=60).status
    except urllib.error.HTTPError as error:
        return error.code


content = b"a package of code" * 1000
md5 = hashlib.md5(content).digest()
project = {"project": "flytesnacks", "domain": "development"}
with grpc.insecure_channel(address) as channel:
    half_an_hour = {"seconds": 1800}
    place = call(
        channel, "CreateUploadLocation", filename=file_name, content_md5=md5, add_content_md5_metadata=True, expires_in=half_an_hour, **project
    )
    headers = {"Content-Length": str(len(content)), "Content-MD5": base64.b64encode(md5).decode()}
    # Without it urllib would call the file a form.
    headers["Content-Type"] = "application/octet-stream"
    headers.update(place.headers)
    changed = put(place.signed_url, content[:-1] + b"X", headers)
    stored = put(place.signed_url, content, headers)
    again = call(channel, "CreateDownloadLocation", native_url=place.native_url)
    fixed = call(channel, "CreateUploadLocation", filename="s.py", filename_root="base", content_md5=md5, **project)
    put(fixed.signed_url, content, {**headers, **fixed.headers})
    print(
        json.dumps(
            {
                "native": place.native_url,
                "changed": changed,
                "stored": stored,
                "same": urllib.request.urlopen(again.signed_url, timeout=60).read() == content,
                "expires": place.expires_at.seconds > 0,
                "fixed": fixed.native_url,
                "rewrite": failure(channel, "CreateUploadLocation", filename="s.py", filename_root="base", content_md5=md5, **project),
                "taken": failure(channel, "CreateUploadLocation", filename="s.py", filename_root="base", **project),
                "other": failure(channel, "CreateUploadLocation", filename="s.py", filename_root="base", content_md5=b"x" * 16, **project),
                "nothing": failure(channel, "CreateUploadLocation", filename="x", **project),
                "traversal": failure(channel, "CreateUploadLocation", filename="../../x", content_md5=md5, **project),
                "long": failure(channel, "CreateUploadLocation", content_md5=md5, expires_in={"seconds": 200000}, **project),
                "elsewhere": failure(channel, "CreateDownloadLocation", native_url="s3://elsewhere/x"),
            }
        )
    )
