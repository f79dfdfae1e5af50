"""Builds a launch plan from upstream's IDL, with the fields that flytekit fills, registers it, and prints its spec's bytes and how the server answered."""
import base64
import json
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

address, descriptor_set, plan, version = sys.argv[1:5]
files = descriptor_pb2.FileDescriptorSet()
with open(descriptor_set, "rb") as source:
    files.ParseFromString(source.read())
pool = descriptor_pool.DescriptorPool()
for file in files.file:
    pool.Add(file)
factory = message_factory.MessageFactory(pool)

PROJECT, DOMAIN = "flytesnacks", "development"


def identifier(kind, name, version="v1"):
    return {"resource_type": kind, "project": PROJECT, "domain": DOMAIN, "name": name, "version": version}


def variable(type_, description):
    return {"type": type_, "description": description}


def primitive(**value):
    return {"scalar": {"primitive": value}}


def simple(name):
    return {"simple": name}


def parameter(type_, name, literal):
    return {"var": variable(type_, name), "default": literal}


def seed():
    return {
        "workflow_id": identifier("WORKFLOW", "my_workflow"),
        "entity_metadata": {"notifications": [{"phases": ["SUCCEEDED"], "email": {"recipients_email": ["admin@example.com"]}}]},
        "default_inputs": {"parameters": {"a": parameter(simple("INTEGER"), "a", primitive(integer="4"))}},
        "fixed_inputs": {},
        "labels": {},
        "annotations": {},
        "raw_output_data_config": {},
    }


def rich():
    csv, parquet = {"format": "csv", "dimensionality": "SINGLE"}, {"format": "parquet"}
    optional = {"union_type": {"variants": [simple("STRING"), simple("NONE")]}}
    floats = {name: primitive(float_value=value) for name, value in (("y", 2), ("x", 0.5))}
    settings = {"rate": 0.25, "layers": [16, 8], "name": "wide", "bias": True, "next": None, "inner": {"b": 1, "a": 2}}
    defaults = {
        "count": parameter(simple("INTEGER"), "count", primitive(integer="-7")),
        "ratio": parameter(simple("FLOAT"), "ratio", primitive(float_value=3)),
        "dry": parameter(simple("BOOLEAN"), "dry", primitive(boolean=True)),
        "since": {"var": variable(simple("DATETIME"), "since"), "required": True},
        "until": parameter(simple("DATETIME"), "until", primitive(datetime="2024-01-02T03:04:05.600Z")),
        "window": parameter(simple("DURATION"), "window", primitive(duration="5400.5s")),
        "rows": parameter(
            {"collection_type": simple("INTEGER")}, "rows", {"collection": {"literals": [primitive(integer=n) for n in (1, 2, 3)]}}
        ),
        "weights": parameter({"map_value_type": simple("FLOAT")}, "weights", {"map": {"literals": floats}}),
        "settings": parameter(simple("STRUCT"), "settings", {"scalar": {"generic": settings}}),
        "data": parameter({"blob": csv}, "data", {"scalar": {"blob": {"uri": "s3://bucket/data.csv", "metadata": {"type": csv}}}}),
        "mode": parameter({"enum_type": {"values": ["Fast", "Exact"]}}, "mode", primitive(string_value="Exact")),
        "table": parameter(
            {"structured_dataset_type": parquet},
            "table",
            {"scalar": {"structured_dataset": {"uri": "s3://bucket/table", "metadata": {"structured_dataset_type": parquet}}}},
        ),
        "note": parameter(
            optional, "note", {"scalar": {"union": {"value": primitive(string_value="é"), "type": simple("STRING")}}}
        ),
        "absent": parameter(optional, "absent", {"scalar": {"union": {"value": {"scalar": {"none_type": {}}}, "type": simple("NONE")}}}),
        "raw": parameter(simple("BINARY"), "raw", {"scalar": {"binary": {"value": base64.b64encode(b"\x00\xff").decode()}}}),
    }
    return {
        "workflow_id": identifier("WORKFLOW", "my_workflow"),
        "entity_metadata": {
            "schedule": {"cron_schedule": {"schedule": "0 6 * * 1-5"}, "kickoff_time_input_arg": "since"},
            "notifications": [
                {"phases": ["FAILED", "TIMED_OUT"], "pager_duty": {"recipients_email": ["on-call@example.com"]}},
                {"phases": ["ABORTED"], "slack": {"recipients_email": ["ml@example.com", "data@example.com"], "template": "{{ name }}"}},
            ],
        },
        "default_inputs": {"parameters": defaults},
        "fixed_inputs": {"literals": {"title": primitive(string_value="nightly")}},
        "labels": {"values": {"team": "ml", "cost": "low"}},
        "annotations": {"values": {"example.com/owner": "ann"}},
        "security_context": {"run_as": {"iam_role": "arn:aws:iam::123456789012:role/r", "k8s_service_account": "runner"}},
        "raw_output_data_config": {"output_location_prefix": "s3://bucket/raw"},
        "max_parallelism": 5,
        "interruptible": True,
        "overwrite_cache": True,
        "envs": {"values": [{"key": "A", "value": "1"}, {"key": "B", "value": "2"}]},
    }


def call(channel, name, request):
    service = pool.FindServiceByName("flyteidl.service.AdminService")
    method = service.FindMethodByName(name)
    take, give = factory.GetPrototype(method.input_type), factory.GetPrototype(method.output_type)
    message = json_format.ParseDict(request, take(), descriptor_pool=pool)
    run = channel.unary_unary(
        f"/{service.full_name}/{name}",
        request_serializer=lambda sent: sent.SerializeToString(deterministic=True),
        response_deserializer=give.FromString,
    )
    try:
        run(message, timeout=60)
        return message, "OK"
    except grpc.RpcError as error:
        return message, f"{error.code().name}: {error.details()}"


with grpc.insecure_channel(address) as channel:
    built = {"seed": seed, "rich": rich}[plan]()
    sent, answer = call(channel, "CreateLaunchPlan", {"id": identifier("LAUNCH_PLAN", "my_notifying_lp", version), "spec": built})
    print(json.dumps({"spec": base64.b64encode(sent.spec.SerializeToString(deterministic=True)).decode(), "answer": answer}))
