// Checks values from standard input against a schema: each must be valid or not, as it says itself.
const Ajv = require("ajv");
const fs = require("node:fs");

const schema = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);
let wrong = 0;
for (const { name, value, valid } of JSON.parse(fs.readFileSync(0, "utf8"))) {
  if (validate(value) === valid) continue;
  wrong++;
  console.log(`${name}: expected ${valid ? "valid" : "invalid"}`, JSON.stringify(value), JSON.stringify(validate.errors));
}
process.exit(wrong === 0 ? 0 : 1);
