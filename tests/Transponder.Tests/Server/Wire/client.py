"""Drives the wire with grpcio: generic calls, messages from a descriptor set. Prints what it saw as one JSON object."""
import base64
import json
import sys
import threading

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


def message(name, **fields):
    return factory.GetPrototype(pool.FindMessageTypeByName(name))(**fields)


def method(channel, name):
    service, _, rpc = name.rpartition(".")
    descriptor = pool.FindServiceByName(service).FindMethodByName(rpc)
    reply = factory.GetPrototype(descriptor.output_type)
    return channel.unary_unary(
        f"/{service}/{rpc}",
        request_serializer=lambda request: request.SerializeToString(),
        response_deserializer=reply.FromString,
    )


def failure(run):
    try:
        run()
        return {"code": 0}
    except grpc.RpcError as error:
        trailers = {key: value for key, value in error.trailing_metadata() or ()}
        details = trailers.get("grpc-status-details-bin")
        return {
            "code": error.code().value[0],
            "message": error.details(),
            "details": base64.b64encode(details).decode() if details else None,
        }


def project(script, name=""):
    request = message("flyteidl.admin.ProjectRegisterRequest")
    request.project.id = script
    request.project.name = name
    return request


admin = "flyteidl.service.AdminService."
unlimited = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
with grpc.insecure_channel(address, unlimited) as channel:
    register = method(channel, admin + "RegisterProject")
    task = message("flyteidl.admin.ObjectGetRequest")
    task.id.name = "big"
    pending = register.future(project("wait"))
    threading.Timer(0.2, pending.cancel).start()
    seen = {
        "version": method(channel, admin + "GetVersion")(message("flyteidl.admin.GetVersionRequest")).control_plane_version.Version,
        "big": len(method(channel, admin + "GetTask")(task).short_description),
        "details": failure(lambda: register(project("details", "é" * 50_000))),
        "oversize": failure(lambda: register(project("a", "x" * (21 * 1024 * 1024)))),
        "gzip": failure(lambda: register(project("details", "zip" * 1000), compression=grpc.Compression.Gzip)),
        "deadline": failure(lambda: register(project("wait"), timeout=0.3))["code"],
        "cancelled": failure(pending.result)["code"] if not pending.cancelled() else 1,
        "unimplemented": failure(lambda: method(channel, admin + "GetWorkflow")(task)),
        "bug": failure(lambda: register(project("bug"))),
        "metadata": failure(
            lambda: register(project("metadata"), metadata=[("x-note", "hi"), ("x-raw-bin", b"\x01\x02")])
        )["message"],
    }
print(json.dumps(seen))
