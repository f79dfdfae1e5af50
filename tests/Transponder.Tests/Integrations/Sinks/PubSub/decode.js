// Reads Pub/Sub messages, one JSON object a line, whose data is a CloudEvent in protobuf form; says what protobufjs finds in it,
// after the CloudEvents SDK has accepted its attributes.
const { readFileSync } = require("node:fs");
const protobuf = require("protobufjs");
const { CloudEvent } = require("cloudevents");

const schema = protobuf.parse(`
  syntax = "proto3";
  package io.cloudevents.v1;
  message Timestamp { int64 seconds = 1; int32 nanos = 2; }
  message CloudEvent {
    string id = 1;
    string source = 2;
    string spec_version = 3;
    string type = 4;
    map<string, Value> attributes = 5;
    oneof data { bytes binary_data = 6; string text_data = 7; }
    message Value {
      oneof attr {
        bool ce_boolean = 1;
        int32 ce_integer = 2;
        string ce_string = 3;
        bytes ce_bytes = 4;
        string ce_uri = 5;
        string ce_uri_ref = 6;
        Timestamp ce_timestamp = 7;
      }
    }
  }
`);
const type = schema.root.lookupType("io.cloudevents.v1.CloudEvent");

const text = (value) =>
  value.attr === "ceTimestamp"
    ? new Date(Number(value.ceTimestamp.seconds) * 1000 + value.ceTimestamp.nanos / 1e6).toISOString()
    : String(value[value.attr]);

for (const line of readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const message = JSON.parse(line);
  const told = type.decode(Buffer.from(message.data, "base64"));
  const attributes = { id: told.id, source: told.source, specversion: told.specVersion, type: told.type };
  for (const [name, value] of Object.entries(told.attributes)) attributes[name] = text(value);
  new CloudEvent({ ...attributes, data_base64: "" }, true);
  const data = Buffer.from(told.binaryData ?? told.textData ?? "").toString("base64");
  console.log(JSON.stringify({ attributes, data, orderingKey: message.orderingKey, message: message.attributes }));
}
