// Reads lines {"headers": …, "body": base64} and writes one line {"data": base64, "id", "key", "attributes"} for each event that the CloudEvents SDK finds in them.
const { HTTP } = require("cloudevents");
const lines = require("fs").readFileSync(0, "utf8").split("\n").filter(Boolean);

function bytes(event) {
  if (event.data_base64) return Buffer.from(event.data_base64, "base64");
  if (Buffer.isBuffer(event.data) || ArrayBuffer.isView(event.data)) return Buffer.from(event.data);
  return Buffer.from(typeof event.data === "string" ? event.data : JSON.stringify(event.data));
}

for (const line of lines) {
  const { headers, body } = JSON.parse(line);
  const content = Buffer.from(body, "base64");
  const media = (headers["content-type"] || "").toLowerCase();
  const message = { headers, body: /json/.test(media) ? content.toString("utf8") : content };
  for (const event of [HTTP.toEvent(message)].flat()) {
    event.validate();
    const { data, data_base64, ...attributes } = event;
    console.log(JSON.stringify({ data: bytes(event).toString("base64"), id: event.id, key: event.partitionkey, attributes }));
  }
}
