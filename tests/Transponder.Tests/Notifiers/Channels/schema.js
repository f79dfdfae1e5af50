// Reads documents on standard input, a JSON array, and lists what is wrong with each by the schema that the argument names.
const fs = require('node:fs');
const Ajv = require('ajv');

const validate = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: false }).compile(JSON.parse(fs.readFileSync(process.argv[2], 'utf8')));

let input = '';
process.stdin.on('data', (chunk) => (input += chunk));
process.stdin.on('end', () => {
  const problems = JSON.parse(input).map((document) =>
    validate(document) ? [] : validate.errors.map((error) => `${error.instancePath} ${error.message}`),
  );
  console.log(JSON.stringify(problems));
});
