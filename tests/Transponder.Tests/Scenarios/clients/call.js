// Calls the admin service with grpc-js on upstream's IDL, step by step as standard input says, and prints each answer as this client saw it.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');
const protobuf = require('protobufjs');

const modules = path.join(process.cwd(), 'node_modules');
const roots = [
  path.join(modules, '@flyteorg/flyteidl/protos'),
  path.join(modules, 'google-proto-files'),
  path.join(process.cwd(), 'src/Transponder.Idl/stubs'),
];
const { AdminService } = grpc.loadPackageDefinition(
  loader.loadSync('flyteidl/service/admin.proto', { includeDirs: roots, enums: String }),
).flyteidl.service;

const types = new protobuf.Root();
types.resolvePath = (_, file) => roots.map((root) => path.join(root, file)).find(fs.existsSync) || file;
types.loadSync(['google/rpc/status.proto', 'flyteidl/admin/event.proto']);
const status = types.lookupType('google.rpc.Status');

// The status's details, each decoded by the type that it names.
const decode = (metadata) => {
  const [trailer] = metadata.get('grpc-status-details-bin');
  return (trailer ? status.decode(trailer).details : []).map((any) => {
    const type = types.lookupType(any.type_url.split('/').pop());
    return type.toObject(type.decode(any.value), { enums: String });
  });
};

const client = new AdminService(process.argv[2], grpc.credentials.createInsecure());

const call = ({ method, request }) =>
  new Promise((resolve) => {
    const { requestDeserialize, responseSerialize } = AdminService.service[method];
    client[method](requestDeserialize(Buffer.from(request, 'base64')), (error, reply) =>
      resolve(
        error
          ? { code: error.code, message: error.details, details: decode(error.metadata) }
          : { code: 0, reply: responseSerialize(reply).toString('base64') },
      ),
    );
  });

(async () => {
  const answers = [];
  for (const step of JSON.parse(fs.readFileSync(0, 'utf8'))) answers.push(await call(step));
  console.log(JSON.stringify(answers));
  client.close();
})();
