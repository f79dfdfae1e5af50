// Reads a document from a URL and prints what an independent validator makes of it.
const url = process.argv[2];

async function main() {
  const { default: parser, SwaggerParser } = await import("@apidevtools/swagger-parser");
  const Parser = SwaggerParser ?? parser;
  const answer = await fetch(url);
  const document = await answer.json();
  const api = await new Parser().validate(structuredClone(document), { validate: { spec: true, schema: true } });
  const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
  console.log(
    JSON.stringify({
      type: answer.headers.get("content-type"),
      swagger: api.swagger,
      paths: Object.keys(document.paths),
      operations: operations.map((operation) => operation.operationId),
      definitions: Object.keys(document.definitions),
    }),
  );
}

main();
