// Reads events in every form from standard input and says what libraries that are not ours make of them.
const { Kafka, HTTP } = require("cloudevents");
const protobuf = require("protobufjs");

const schema = `
syntax = "proto3";
package io.cloudevents.v1;
message Timestamp { int64 seconds = 1; int32 nanos = 2; }
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
message CloudEvent {
  string id = 1;
  string source = 2;
  string spec_version = 3;
  string type = 4;
  map<string, Value> attributes = 5;
  oneof data { bytes binary_data = 6; string text_data = 7; }
}`;
const CloudEvent = protobuf.parse(schema, { keepCase: true }).root.lookupType("io.cloudevents.v1.CloudEvent");

const { kafka, http, structured, batch, proto } = JSON.parse(require("fs").readFileSync(0, "utf8"));

const parsed = (data) => (Buffer.isBuffer(data) ? JSON.parse(data.toString()) : typeof data === "string" ? JSON.parse(data) : data);
const show = (event) => {
  event.validate();
  const fields = { ...event.toJSON(), data: parsed(event.data) };
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1)));
};

const decoded = CloudEvent.toObject(CloudEvent.decode(Buffer.from(proto, "base64")), { longs: Number, bytes: Buffer, oneofs: true });
const attributes = Object.fromEntries(Object.entries(decoded.attributes).map(([name, value]) => [name, value[value.attr]]));
const { seconds, nanos } = attributes.time;
const fromProto = {
  ...attributes,
  time: new Date(seconds * 1000 + nanos / 1e6).toISOString(),
  id: decoded.id,
  source: decoded.source,
  specversion: decoded.spec_version,
  type: decoded.type,
  data: JSON.parse(decoded.binary_data.toString()),
};

console.log(
  JSON.stringify({
    kafka: show(Kafka.toEvent({ key: kafka.key, headers: kafka.headers, value: Buffer.from(kafka.value, "base64") })),
    http: show(HTTP.toEvent({ headers: http.headers, body: http.body })),
    structured: show(HTTP.toEvent({ headers: { "content-type": "application/cloudevents+json" }, body: structured })),
    batch: HTTP.toEvent({ headers: { "content-type": "application/cloudevents-batch+json" }, body: batch }).map(show),
    proto: Object.fromEntries(Object.entries(fromProto).sort(([a], [b]) => (a < b ? -1 : 1))),
  }),
);
