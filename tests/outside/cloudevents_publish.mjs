// A channel that uses the CloudEvents SDK of JavaScript: publishes events, prints the status of each answer.
//     cloudevents_publish.mjs structured|binary|batch URL < events.json    # [{"attributes": {…}, "data": {…}}, …]
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { CloudEvent, HTTP } = createRequire(process.env.SIJILL_JUDGES + "/")("cloudevents");
const [mode, url] = process.argv.slice(2);
const events = JSON.parse(readFileSync(0, "utf8")).map(({ attributes, data }) => new CloudEvent({ ...attributes, data }));

// The SDK writes no batch: it is an array of structured events.
const messages =
  mode === "batch"
    ? [
        {
          headers: { "content-type": "application/cloudevents-batch+json" },
          body: `[${events.map((event) => HTTP.structured(event).body).join(",")}]`,
        },
      ]
    : events.map((event) => HTTP[mode](event));

for (const { headers, body } of messages) {
  // The SDK leaves the percent-encoding that the HTTP binding asks for to its user.
  for (const name of Object.keys(headers).filter((name) => name.startsWith("ce-"))) headers[name] = encodeURI(headers[name]);
  const answer = await fetch(url, { method: "POST", headers, body });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  console.log(answer.status);
}
