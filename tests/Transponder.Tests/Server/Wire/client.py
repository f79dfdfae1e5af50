"""Drives the wire with grpcio: generic calls, messages from a descriptor set. Prints what it saw as one JSON object."""
import base64
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


def has_begun(register, name):
    return failure(lambda: register(project("begun", name)))["code"] == 0


def cancelled(register):
    pending = register.future(project("wait", "cancel"))
    while not has_begun(register, "cancel"):
        pass
    pending.cancel()
    return 1 if pending.cancelled() else failure(pending.result)["code"]


# On a slow machine a deadline may pass before the server has the call; one that passes there is what is wanted.
def deadline(register):
    wait = 0.3
    while True:
        name = f"deadline {wait}"
        code = failure(lambda: register(project("wait", name), timeout=wait))["code"]
        if code != 4 or has_begun(register, name):
            return code, name
        wait *= 2


admin = "flyteidl.service.AdminService."
unlimited = [("grpc.max_send_message_length", -1), ("grpc.max_receive_message_length", -1)]
with grpc.insecure_channel(address, unlimited) as channel:
    register = method(channel, admin + "RegisterProject")
    task = message("flyteidl.admin.ObjectGetRequest")
    task.id.name = "big"
    late, late_name = deadline(register)
    seen = {
        "version": method(channel, admin + "GetVersion")(message("flyteidl.admin.GetVersionRequest")).control_plane_version.Version,
        "big": len(method(channel, admin + "GetTask")(task).short_description),
        "details": failure(lambda: register(project("details", "é" * 50_000))),
        "oversize": failure(lambda: register(project("a", "x" * (21 * 1024 * 1024)))),
        "gzip": failure(lambda: register(project("details", "zip" * 1000), compression=grpc.Compression.Gzip)),
        "deadline": late,
        "deadlineOf": late_name,
        "cancelled": cancelled(register),
        "unimplemented": failure(lambda: method(channel, admin + "GetWorkflow")(task)),
        "bug": failure(lambda: register(project("bug"))),
        "metadata": failure(
            lambda: register(project("metadata"), metadata=[("x-note", "hi"), ("x-raw-bin", b"\x01\x02")])
        )["message"],
    }
print(json.dumps(seen))
