// Reads one received webhook from standard input and checks it with independent libraries.
const { Webhook } = require("standardwebhooks");
const { HTTP } = require("cloudevents");

const { headers, body, secret, format } = JSON.parse(require("fs").readFileSync(0, "utf8"));
const payload = Buffer.from(body, "base64").toString("utf8");

const webhook = secret.startsWith("whsec_") ? new Webhook(secret) : new Webhook(new TextEncoder().encode(secret), { format: "raw" });
webhook.verify(payload, headers);

let forged = false;
try {
  webhook.verify(payload + " ", headers);
  forged = true;
} catch (error) {
  console.log("forged body: " + error.message);
}
if (forged) process.exit(3);

if (format === "CloudEvents") {
  const event = HTTP.toEvent({ headers, body: payload });
  event.validate();
  const { id, type, source, subject, time, specversion, data } = event;
  console.log("event: " + JSON.stringify({ id, type, source, subject, time, specversion, data }));
}
