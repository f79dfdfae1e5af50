"""Calls the admin service with grpcio on upstream's IDL, step by step as standard input says, and prints each answer as this client saw it."""
import base64
import json
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

address, descriptor_set = sys.argv[1:3]
files = descriptor_pb2.FileDescriptorSet()
with open(descriptor_set, "rb") as source:
    files.ParseFromString(source.read())
pool = descriptor_pool.DescriptorPool()
for file in files.file:
    pool.Add(file)
factory = message_factory.MessageFactory(pool)
service = pool.FindServiceByName("flyteidl.service.AdminService")


def type_of(name):
    return factory.GetPrototype(pool.FindMessageTypeByName(name))


def details(error):
    """The status's details, each decoded by the type that it names."""
    trailer = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin")
    if trailer is None:
        return []
    found = type_of("google.rpc.Status").FromString(trailer).details
    return [json_format.MessageToDict(type_of(one.type_url.split("/")[-1]).FromString(one.value)) for one in found]


def call(channel, step):
    method = service.FindMethodByName(step["method"])
    request, reply = factory.GetPrototype(method.input_type), factory.GetPrototype(method.output_type)
    run = channel.unary_unary(
        f"/{service.full_name}/{method.name}", request_serializer=request.SerializeToString, response_deserializer=reply.FromString
    )
    try:
        answer = run(request.FromString(base64.b64decode(step["request"])), timeout=60)
        return {"code": 0, "reply": base64.b64encode(answer.SerializeToString()).decode()}
    except grpc.RpcError as error:
        return {"code": error.code().value[0], "message": error.details(), "details": details(error)}


with grpc.insecure_channel(address) as channel:
    print(json.dumps([call(channel, step) for step in json.load(sys.stdin)]))
