// Node.js child_process: a parent and a forked child that pass messages by process.send, as its manual says. The protocol is that of
// End.java. Its loop has no wait of its own, so that room is waited for by the callback of each send.
'use strict';
const { fork } = require('node:child_process');
const readline = require('node:readline');

const DATA = 1, ECHO = 2, END = 3;
const WINDOW = 1000; // messages under way; more only fill memory

function serve() {
  let received = 0;
  let cpu = process.cpuUsage();
  process.on('message', (m) => {
    if (m.kind === DATA) {
      if (m.number !== received++) throw new Error(`lost or doubled: ${m.number}`);
    } else if (m.kind === ECHO) {
      process.send(m);
    } else {
      const used = process.cpuUsage(cpu);
      process.send({ kind: END, number: received, cpuNanos: (used.user + used.system) * 1000 });
      received = 0;
      cpu = process.cpuUsage();
    }
  });
  process.on('disconnect', () => process.exit(0));
}

async function measure() {
  const child = fork(__filename, ['serve']);
  let onAnswer;
  child.on('message', (m) => onAnswer(m));
  const answer = () => new Promise((resolve) => { onAnswer = resolve; });
  console.log('connected');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const [kind, bytes, nanos] = line.split(' ');
    const payload = 'x'.repeat(Math.max(0, Number(bytes) - 8));
    const histogram = new Map();
    const cpu = process.cpuUsage();
    const start = process.hrtime.bigint();
    const end = start + BigInt(nanos);
    let messages = 0, stopped;
    if (kind === 'oneway') {
      await new Promise((resolve) => {
        let underWay = 0;
        const done = () => {
          underWay--;
          if (process.hrtime.bigint() >= end) {
            if (underWay === 0) resolve();
          } else if (underWay <= WINDOW / 2) {
            fill();
          }
        };
        const fill = () => {
          while (underWay < WINDOW) {
            underWay++;
            child.send({ kind: DATA, number: messages++, payload }, done);
          }
        };
        fill();
      });
    } else {
      for (let now = start; now < end; messages++) {
        const got = answer();
        child.send({ kind: ECHO, number: messages, payload });
        await got;
        const then = process.hrtime.bigint();
        const value = Number((then - now).toString()).toPrecision(3);
        histogram.set(Number(value), (histogram.get(Number(value)) ?? 0) + 1);
        now = then;
      }
      stopped = process.hrtime.bigint();
    }
    const counted = answer();
    child.send({ kind: END });
    const m = await counted;
    if (kind === 'oneway' && m.number !== messages) throw new Error(`sent ${messages}, received ${m.number}`);
    stopped ??= process.hrtime.bigint();
    const used = process.cpuUsage(cpu);
    console.log(JSON.stringify({
      messages, nanos: Number(stopped - start), cpuNanos: (used.user + used.system) * 1000 + m.cpuNanos,
      residentBytes: process.memoryUsage.rss(), histogram: Object.fromEntries(histogram),
    }));
  }
  child.disconnect();
}

if (process.argv[2] === 'serve') {
  serve();
} else {
  measure().catch((e) => { console.error(e.message); process.exit(1); });
}
