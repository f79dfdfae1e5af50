"""A consumer of a queue behind a topic. Reads messages as JSON strings from standard input, one a line, decodes CloudEvents with Google's protobuf
runtime, and fails unless ids are unique and each execution's events stand in order. Prints how many events and executions there were."""

import base64
import json
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, timestamp_pb2

FIELD = descriptor_pb2.FieldDescriptorProto
PACKAGE = ".io.cloudevents.v1.CloudEvent"


def field(message, name, number, kind, type_name=None, repeated=False, oneof=None):
    added = message.field.add(name=name, number=number, type=kind)
    added.label = FIELD.LABEL_REPEATED if repeated else FIELD.LABEL_OPTIONAL
    if type_name:
        added.type_name = type_name
    if oneof is not None:
        added.oneof_index = oneof


def cloud_event():
    file = descriptor_pb2.FileDescriptorProto(name="cloudevents.proto", package="io.cloudevents.v1", syntax="proto3")
    file.dependency.append(timestamp_pb2.DESCRIPTOR.name)
    event = file.message_type.add(name="CloudEvent")
    for number, name in enumerate(["id", "source", "spec_version", "type"], 1):
        field(event, name, number, FIELD.TYPE_STRING)
    field(event, "attributes", 5, FIELD.TYPE_MESSAGE, f"{PACKAGE}.AttributesEntry", repeated=True)
    event.oneof_decl.add(name="data")
    field(event, "binary_data", 6, FIELD.TYPE_BYTES, oneof=0)
    field(event, "text_data", 7, FIELD.TYPE_STRING, oneof=0)
    entry = event.nested_type.add(name="AttributesEntry")
    entry.options.map_entry = True
    field(entry, "key", 1, FIELD.TYPE_STRING)
    field(entry, "value", 2, FIELD.TYPE_MESSAGE, f"{PACKAGE}.CloudEventAttributeValue")
    value = event.nested_type.add(name="CloudEventAttributeValue")
    value.oneof_decl.add(name="attr")
    kinds = [FIELD.TYPE_BOOL, FIELD.TYPE_INT32, FIELD.TYPE_STRING, FIELD.TYPE_BYTES, FIELD.TYPE_STRING, FIELD.TYPE_STRING]
    names = ["ce_boolean", "ce_integer", "ce_string", "ce_bytes", "ce_uri", "ce_uri_ref"]
    for number, (name, kind) in enumerate(zip(names, kinds), 1):
        field(value, name, number, kind, oneof=0)
    field(value, "ce_timestamp", 7, FIELD.TYPE_MESSAGE, ".google.protobuf.Timestamp", oneof=0)
    pool = descriptor_pool.Default()
    pool.Add(file)
    found = pool.FindMessageTypeByName(PACKAGE[1:])
    make = getattr(message_factory, "GetMessageClass", None) or message_factory.MessageFactory().GetPrototype
    return make(found)


CloudEvent = cloud_event()
ids = set()
last = {}
for line in sys.stdin:
    event = CloudEvent.FromString(base64.b64decode(json.loads(json.loads(line))["Message"], validate=True))
    assert event.spec_version == "1.0", event.spec_version
    assert event.attributes["time"].ce_timestamp.seconds > 0
    assert event.attributes["datacontenttype"].ce_string == "application/json"
    json.loads(event.binary_data)
    assert (event.source, event.id) not in ids, f"{event.id} came twice"
    ids.add((event.source, event.id))
    key = event.attributes["partitionkey"].ce_string
    sequence = event.attributes["sequence"].ce_string
    assert sequence > last.get(key, ""), f"{key}: {sequence} came after {last[key]}"
    last[key] = sequence
print(f"{len(ids)} events of {len(last)} executions")
