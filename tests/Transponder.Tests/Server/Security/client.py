"""Calls the server with grpcio and different tokens, and prints what came of each call as JSON."""
import json
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

address, descriptor_set = sys.argv[1:3]
files = descriptor_pb2.FileDescriptorSet()
with open(descriptor_set, "rb") as source:
    files.ParseFromString(source.read())
pool = descriptor_pool.DescriptorPool()
for file in files.file:
    pool.Add(file)
factory = message_factory.MessageFactory(pool)
ADMIN = "flyteidl.service.AdminService"
said = []


def call(channel, title, method, token=None, header="authorization", service=ADMIN, **fields):
    descriptor = pool.FindServiceByName(service).FindMethodByName(method)
    request, reply = factory.GetPrototype(descriptor.input_type), factory.GetPrototype(descriptor.output_type)
    run = channel.unary_unary(
        f"/{service}/{method}", request_serializer=request.SerializeToString, response_deserializer=reply.FromString
    )
    metadata = [(header, f"Bearer the-secret-of-token-{token}")] if token else []
    try:
        run(request(**fields), timeout=60, metadata=metadata)
        said.append([f"{method} {title}", "OK"])
    except grpc.RpcError as error:
        said.append([f"{method} {title}", f"{error.code().name} {error.details()}"])


with grpc.insecure_channel(address) as channel:
    call(channel, "anonymous", "ListProjects")
    call(channel, "wrong", "ListProjects", "nobody")
    call(channel, "viewer", "ListProjects", "viewer")
    call(channel, "viewer by flyte-authorization", "ListProjects", "viewer", "flyte-authorization")
    call(channel, "viewer", "GetProject", "viewer", id="b")
    call(channel, "viewer", "RegisterProject", "viewer", project={"id": "a", "name": "a"})
    call(channel, "root", "RegisterProject", "root", project={"id": "a", "name": "a"})
    call(channel, "anonymous", "Check", service="grpc.health.v1.Health")
print(json.dumps(said))
