// PouchDB behind express-pouchdb, or a desk of it: `node pouch.js server FOLDER` or `node pouch.js desk FOLDER`.
// Answers each JSON line with one; ends with its standard input. Run in the folder its packages are installed in.
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const path = require('path');
const readline = require('readline');
const { createRequire } = require('module');

const load = createRequire(path.join(process.cwd(), 'package.json'));
const PouchDB = load('pouchdb');
const [role, folder] = process.argv.slice(2);
const MODULUS = 2n ** 64n;
const BATCH = 1000;
const now = () => Number(process.hrtime.bigint()) / 1e9;
let stored, remote, live;

function canonical(value) {
  if (Array.isArray(value)) return '[' + value.map(canonical).join(',') + ']';
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const named = Object.keys(value).sort().map((key) => JSON.stringify(key) + ':' + canonical(value[key]));
  return '{' + named.join(',') + '}';
}

function body(doc) {
  const { _id, _rev, _conflicts, ...fields } = doc;
  return canonical(fields);
}

async function timed(work) {
  const began = now();
  await work();
  return { seconds: now() - began };
}

// a broken link is tried again, as a program would
async function untilDone(work) {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

const options = { batch_size: BATCH, batches_limit: 10 };

const server = {
  // only this machine may ask
  async serve() {
    const express = createRequire(load.resolve('express-pouchdb'))('express');
    const app = express();
    const kept = PouchDB.defaults({ prefix: folder + path.sep });
    app.use('/', load('express-pouchdb')(kept, { mode: 'minimumForPouchDB', logPath: path.join(folder, 'log.txt') }));
    const listener = await new Promise((resolve) => {
      const one = app.listen(0, '127.0.0.1', () => resolve(one));
    });
    return { port: listener.address().port };
  },
};

const desk = {
  async open({ name, url }) {
    stored = stored || new PouchDB(path.join(folder, name));
    remote = new PouchDB(url);
    await remote.info();
    return {};
  },
  async load({ file }) {
    const lines = fs.readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line));
    for (let at = 0; at < lines.length; at += BATCH) {
      await stored.bulkDocs(lines.slice(at, at + BATCH).map((fields) => ({ _id: fields.id, ...fields })));
    }
    return {};
  },
  push: () => timed(() => untilDone(() => stored.replicate.to(remote, options))),
  pull: () => timed(() => untilDone(() => stored.replicate.from(remote, options))),
  sync: () => timed(() => untilDone(() => stored.sync(remote, options))),
  async content() {
    const { rows } = await stored.allDocs({ include_docs: true });
    let sum = 0n;
    for (const row of rows) {
      const digest = crypto.createHash('sha256').update(body(row.doc), 'utf8').digest();
      sum += digest.readBigUInt64BE(digest.length - 8);
    }
    return { count: rows.length, sum: (sum % MODULUS).toString(16).padStart(16, '0') };
  },
  async listen() {
    live = stored.sync(remote, { ...options, live: true, retry: true });
    await new Promise((resolve) => live.once('paused', resolve));
    return {};
  },
  async change({ id, note }) {
    const doc = await stored.get(id);
    const began = now();
    await stored.put({ ...doc, note });
    if (!live) await desk.sync();
    return { began, seconds: now() - began };
  },
  async hear({ id, note }) {
    const feed = stored.changes({ since: 'now', live: true });
    try {
      for (;;) {
        const changed = new Promise((resolve) => feed.once('change', resolve));
        if ((await stored.get(id)).note === note) return { heard: now() };
        await changed;
      }
    } finally {
      feed.cancel();
    }
  },
  async edit({ edits }) {
    for (const [id, field, value] of edits) {
      await stored.put({ ...(await stored.get(id)), [field]: value });
    }
    return {};
  },
  // what stands, and what lies in revisions that lost, of which nobody is told
  async found({ ids }) {
    const stands = [];
    const unseen = [];
    for (const [at, id] of ids.entries()) {
      const doc = await stored.get(id, { conflicts: true });
      stands.push(doc);
      for (const rev of doc._conflicts || []) {
        const lost = await stored.get(id, { rev });
        for (const [field, value] of Object.entries(lost)) {
          if (typeof value === 'string') unseen.push([at, field, value]);
        }
      }
    }
    return { stands, unseen };
  },
};

const verbs = role === 'server' ? server : desk;

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { do: verb, ...told } = JSON.parse(line);
    let said;
    try {
      said = await verbs[verb](told);
    } catch (error) {
      said = { error: `${error.name || 'Error'}: ${error.message || error}` };
    }
    process.stdout.write(JSON.stringify(said) + '\n');
  }
  process.exit(0);
})();
