// Reads a topic from its beginning with kafkajs, and prints each message as a line of JSON; with the CloudEvent that the SDK makes of it.
// Arguments: brokers, topic, and "events" to have the SDK parse them.
const { Kafka, logLevel } = require("kafkajs");
const { Kafka: Events } = require("cloudevents");

const [brokers, topic, parse] = process.argv.slice(2);
const kafka = new Kafka({ clientId: "reader", brokers: brokers.split(","), connectionTimeout: 30000, logLevel: logLevel.NOTHING, retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 50 } });
const consumer = kafka.consumer({ groupId: `reader-${process.pid}`, maxWaitTimeInMs: 50, retry: { initialRetryTime: 50, maxRetryTime: 500, retries: 50 } });

function event(message, headers) {
  const told = Events.toEvent({ headers, value: headers["content-type"].includes("cloudevents") ? message.value.toString() : message.value });
  const { data, data_base64, ...attributes } = told;
  return { ...attributes, data: data_base64 === undefined ? data : undefined, data_base64 };
}

async function main() {
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ partition, message }) => {
      const headers = Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name, value.toString()]));
      const line = { partition, offset: message.offset, key: message.key?.toString() ?? null, headers, value: message.value.toString("base64") };
      if (parse === "events") line.event = event(message, headers);
      console.log(JSON.stringify(line));
    },
  });
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
