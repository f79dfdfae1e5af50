// connect's gRPC-Web client against the wire: replies, streams, statuses and their details, over HTTP/1.1 and, with TLS, HTTP/2.
const fs = require("node:fs");
const { createClient, ConnectError } = require("@connectrpc/connect");
const { createGrpcWebTransport } = require("@connectrpc/connect-node");
const { createFileRegistry, fromBinary } = require("@bufbuild/protobuf");
const { FileDescriptorSetSchema } = require("@bufbuild/protobuf/wkt");

const [baseUrl, descriptorSet, httpVersion, ca] = process.argv.slice(2);
const files = createFileRegistry(fromBinary(FileDescriptorSetSchema, fs.readFileSync(descriptorSet)));
const nodeOptions = ca ? { ca: fs.readFileSync(ca) } : {};
const transport = createGrpcWebTransport({ baseUrl, httpVersion: httpVersion ?? "1.1", nodeOptions });
const admin = createClient(files.getService("flyteidl.service.AdminService"), transport);
const health = createClient(files.getService("grpc.health.v1.Health"), transport);

async function failure(run) {
  try {
    await run();
    return { code: 0 };
  } catch (error) {
    const failed = ConnectError.from(error);
    return { code: failed.code, message: failed.rawMessage, details: failed.details.map((detail) => detail.type) };
  }
}

async function main() {
  const watch = [];
  const wake = new AbortController();
  try {
    for await (const reply of health.watch({ service: "" }, { signal: wake.signal })) {
      watch.push(reply.status);
      wake.abort();
    }
  } catch (error) {
    watch.push(`ended with ${ConnectError.from(error).code}`);
  }

  const version = await admin.getVersion({});
  const big = await admin.getTask({ id: { name: "big" } });
  console.log(
    JSON.stringify({
      version: version.controlPlaneVersion.Version,
      big: big.shortDescription.length,
      details: await failure(() => admin.registerProject({ project: { id: "details", name: "é gone" } })),
      unimplemented: await failure(() => admin.getWorkflow({})),
      bug: await failure(() => admin.registerProject({ project: { id: "bug" } })),
      deadline: await failure(() => admin.registerProject({ project: { id: "wait" } }, { timeoutMs: 200 })),
      watch,
    }),
  );
}

main();
