// Reads messages with npm's nats and events with the CloudEvents SDK; one line {"data": base64, "id", "key", "attributes"} each.
// Arguments: port, subject, kind (core or stream), form (raw or events).
const { connect } = require("nats");
const { HTTP } = require("cloudevents");
const [port, subject, kind, form] = process.argv.slice(2);

function bytes(event) {
  if (event.data_base64) return Buffer.from(event.data_base64, "base64");
  if (ArrayBuffer.isView(event.data)) return Buffer.from(event.data);
  return Buffer.from(typeof event.data === "string" ? event.data : JSON.stringify(event.data));
}

function say(message) {
  const content = Buffer.from(message.data);
  if (form === "raw") return console.log(JSON.stringify({ data: content.toString("base64") }));
  const headers = {};
  for (const [name, values] of message.headers || []) headers[name.toLowerCase()] = values[0];
  if (!headers["content-type"]) headers["content-type"] = "application/cloudevents+json";
  const body = /json/.test(headers["content-type"]) ? content.toString("utf8") : content;
  const event = HTTP.toEvent({ headers, body });
  event.validate();
  const { data, data_base64, ...attributes } = event;
  console.log(JSON.stringify({ data: bytes(event).toString("base64"), id: event.id, key: event.partitionkey, attributes }));
}

(async () => {
  const connection = await connect({ servers: `127.0.0.1:${port}`, user: "reader", pass: "reader" });
  if (kind === "core") {
    const subscription = connection.subscribe(subject);
    await connection.flush();
    console.log("ready");
    for await (const message of subscription) say(message);
  } else {
    const manager = await connection.jetstreamManager();
    await manager.streams.add({ name: "EVENTS", subjects: [subject] });
    console.log("ready");
    const consumer = await connection.jetstream().consumers.get("EVENTS");
    for await (const message of await consumer.consume()) say(message);
  }
})();
