// documents.mjs OPENAPI ASYNCAPI RULES - prints every finding of Redocly's linter and of the AsyncAPI parser, one a line.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const packages = createRequire(process.env.SIJILL_JUDGES + "/");
const { lint, loadConfig } = packages("@redocly/openapi-core");
const { Parser } = packages("@asyncapi/parser");
const [openapi, asyncapi, rules] = process.argv.slice(2);

const config = await loadConfig({ configPath: rules });
for (const { severity, ruleId, message, location } of await lint({ ref: openapi, config })) {
  console.log(`openapi: ${severity} ${ruleId}: ${message} at ${location.map(({ pointer }) => pointer).join(", ")}`);
}

// A newer AsyncAPI is only recommended, and tools that read 3.0 are more: that finding is no defect.
const { diagnostics } = await new Parser().parse(readFileSync(asyncapi, "utf8"));
for (const { code, message, path } of diagnostics.filter(({ code }) => code !== "asyncapi-latest-version")) {
  console.log(`asyncapi: ${code}: ${message} at ${path.join("/")}`);
}
