// Node's way to read the same frames: bytes, as a socket brings them to both, to text, JSON.parse,
// then touch what a recorder would use.
// usage: node decode.mjs FRAMES [REPEATS]      FRAMES holds one JSON text per line

import { readFileSync } from "node:fs";

const [path, repeats = "5"] = process.argv.slice(2);
if (!path) {
  console.error("usage: node decode.mjs FRAMES [REPEATS]");
  process.exit(2);
}

const frames = [];
const file = readFileSync(path);
for (let start = 0; start < file.length;) {
  const end = file.indexOf(0x0a, start);
  frames.push(Buffer.from(file.subarray(start, end)));
  start = end + 1;
}
const rounds = Number(repeats);

// Something of every field flows into the sum, so that no part of the work can be left out.
let sum = 0;
let events = 0;

function touch(event) {
  const micros = Math.round(event.timestamp * 1e6);
  const metadata = event.eventMetadata
    .map(({ key, value }) => [key, value])
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  sum += (micros % 1000) + event.service.length + event.eventName.length + event.instanceId.length +
    event.origin.length + event.storageKey.length + event.serviceWorkerRegistrationId.length;
  for (const [key, value] of metadata) sum += key.length + value.length;
  events += 1;
}

function pass() {
  for (const frame of frames) {
    const message = JSON.parse(frame.toString());
    if (message.method === "BackgroundService.backgroundServiceEventReceived") {
      touch(message.params.backgroundServiceEvent);
    }
  }
}

pass(); // the compiler's warm-up is not the contest
events = 0;
sum = 0;
const started = process.hrtime.bigint();
const before = process.cpuUsage();
for (let round = 0; round < rounds; round += 1) pass();
const seconds = Number(process.hrtime.bigint() - started) / 1e9;
const used = process.cpuUsage(before);
const cpuSeconds = (used.user + used.system) / 1e6;
const count = frames.length * rounds;
console.log(JSON.stringify({ frames: count, events, seconds, cpuSeconds, sum }));
