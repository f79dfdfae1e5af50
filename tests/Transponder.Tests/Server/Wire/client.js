// Drives the wire with grpc-js on upstream's IDL and prints what it saw as one JSON object.
'use strict';
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const modules = path.join(process.cwd(), 'node_modules');
const load = (file, ...roots) =>
  grpc.loadPackageDefinition(
    loader.loadSync(file, {
      includeDirs: roots.map((root) => path.join(modules, root)).concat(path.join(process.cwd(), 'src/Transponder.Idl/stubs')),
      keepCase: true,
      enums: String,
    }),
  );
const admin = load('flyteidl/service/admin.proto', '@flyteorg/flyteidl/protos', 'google-proto-files').flyteidl.service;
const health = load('health/v1/health.proto', 'grpc-health-check/proto').grpc.health.v1;
const reflection = load('grpc/reflection/v1/reflection.proto', '@grpc/reflection/build/proto').grpc.reflection.v1;

const address = process.argv[2];
const credentials = grpc.credentials.createInsecure();
const limits = { 'grpc.max_send_message_length': -1, 'grpc.max_receive_message_length': -1 };

const call = (client, method, request, options = {}) =>
  new Promise((resolve) => {
    client[method](request, new grpc.Metadata(), options, (error, reply) => {
      if (!error) return resolve({ code: 0, reply });
      const details = error.metadata.get('grpc-status-details-bin')[0];
      resolve({ code: error.code, message: error.details, details: details ? details.toString('base64') : null });
    });
  });

const project = (id, name = '') => ({ project: { id, name } });

async function watch(client) {
  const seen = [];
  const stream = client.Watch({ service: 'flyteadmin' });
  await new Promise((resolve) => {
    stream.on('data', (reply) => {
      seen.push(reply.status);
      stream.cancel();
    });
    stream.on('error', (error) => {
      seen.push(error.code);
      resolve();
    });
  });
  return seen;
}

function reflect(client, ...requests) {
  const stream = client.ServerReflectionInfo();
  const answers = [];
  return new Promise((resolve, reject) => {
    stream.on('data', (answer) => {
      answers.push(answer);
      if (answers.length < requests.length) stream.write(requests[answers.length]);
      else stream.end();
    });
    stream.on('error', reject);
    stream.on('end', () => resolve(answers));
    stream.write(requests[0]);
  });
}

const hasBegun = async (client, name) => (await call(client, 'RegisterProject', project('begun', name))).code === 0;

async function cancelled(client) {
  let pending;
  const code = new Promise((resolve) => {
    pending = client.RegisterProject(project('wait', 'cancel'), (error) => resolve(error.code));
  });
  while (!(await hasBegun(client, 'cancel')));
  pending.cancel();
  return code;
}

// On a slow machine a deadline may pass before the server has the call; one that passes there is what is wanted.
async function deadline(client) {
  for (let wait = 300; ; wait *= 2) {
    const name = `deadline ${wait}`;
    const { code } = await call(client, 'RegisterProject', project('wait', name), { deadline: Date.now() + wait });
    if (code !== 4 || (await hasBegun(client, name))) return { code, name };
  }
}

async function main() {
  const service = new admin.AdminService(address, credentials, limits);
  const zipped = new admin.AdminService(address, credentials, { ...limits, 'grpc.default_compression_algorithm': 2 });
  const checks = new health.Health(address, credentials);
  const schema = new reflection.ServerReflection(address, credentials);
  const late = await deadline(service);
  const seen = {
    version: await call(service, 'GetVersion', {}),
    big: (await call(service, 'GetTask', { id: { name: 'big' } })).reply.short_description.length,
    details: await call(service, 'RegisterProject', project('details', 'x'.repeat(100_000))),
    oversize: await call(service, 'RegisterProject', project('a', 'x'.repeat(21 * 1024 * 1024))),
    nearCap: (await call(service, 'RegisterProject', project('a', 'x'.repeat(20 * 1024 * 1024 - 100)))).code,
    gzip: await call(zipped, 'RegisterProject', project('details', 'zip')),
    deadline: late.code,
    deadlineOf: late.name,
    cancelled: await cancelled(service),
    unimplemented: await call(service, 'GetWorkflow', {}),
    bug: await call(service, 'RegisterProject', project('bug')),
    health: (await call(checks, 'Check', { service: 'flyteadmin' })).reply.status,
    healthUnknown: (await call(checks, 'Check', { service: 'nobody' })).code,
    watch: await watch(checks),
  };
  const [services, symbol, extension, missing] = await reflect(
    schema,
    { list_services: '' },
    { file_containing_symbol: 'flyteidl.service.AdminService.CreateTask' },
    { file_containing_extension: { containing_type: 'google.protobuf.MethodOptions', extension_number: 72295728 } },
    { file_by_filename: 'no/such.proto' },
  );
  seen.services = services.list_services_response.service.map((each) => each.name);
  seen.symbolFiles = symbol.file_descriptor_response.file_descriptor_proto.length;
  seen.extensionFiles = extension.file_descriptor_response.file_descriptor_proto.length;
  seen.missing = missing.error_response.error_code;
  console.log(JSON.stringify(seen));
  process.exit(0);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
