"""Asks the admin service for its domains with grpcio over TLS, trusting one authority only."""
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

address, ca, descriptor_set = sys.argv[1:4]
files = descriptor_pb2.FileDescriptorSet()
with open(descriptor_set, "rb") as source:
    files.ParseFromString(source.read())
pool = descriptor_pool.DescriptorPool()
for file in files.file:
    pool.Add(file)
factory = message_factory.MessageFactory(pool)
method = pool.FindServiceByName("flyteidl.service.AdminService").FindMethodByName("GetDomains")
with open(ca, "rb") as source:
    credentials = grpc.ssl_channel_credentials(source.read())
with grpc.secure_channel(address, credentials) as channel:
    call = channel.unary_unary(
        "/flyteidl.service.AdminService/GetDomains",
        request_serializer=lambda request: request.SerializeToString(),
        response_deserializer=factory.GetPrototype(method.output_type).FromString,
    )
    reply = call(factory.GetPrototype(method.input_type)(), timeout=60)
print(" ".join(domain.id for domain in reply.domains))
