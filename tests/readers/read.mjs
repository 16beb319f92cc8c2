// Reads files with an independent reader and prints what it makes of each, as a list in JSON:
// node read.mjs READER FILE…
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const text = (file) => readFileSync(file, "utf-8");

const READERS = {
  async feedsmith() {
    const { parseRssFeed } = await import("feedsmith");
    return (file) => parseRssFeed(text(file));
  },
  partytime() {
    process.env.PARTYTIME_LOG = "silent"; // it logs to standard output
    const { parseFeed } = require("podcast-partytime");
    return (file) => parseFeed(text(file));
  },
  webvtt() {
    const { WebVTTParser } = require("webvtt-parser");
    // Its small table of entities lacks their semicolons.
    const entities = require("webvtt-parser/html-entities.json");
    return (file) => {
      const { cues, errors } = new WebVTTParser(entities).parse(text(file), "subtitles/captions/descriptions");
      return {
        errors,
        cues: cues.map(({ startTime, endTime, text, tree }) => ({ startTime, endTime, text, tree })),
      };
    };
  },
  srt() {
    const { validator, parser } = require("srt-validator");
    return (file) => {
      const errors = validator(text(file));
      return { errors, cards: errors.length ? [] : parser.parse(text(file)) };
    };
  },
  async "music-metadata"() {
    const { parseFile } = await import("music-metadata");
    return (file) => parseFile(file, { duration: true, includeChapters: true, skipCovers: true });
  },
  "node-id3"() {
    const { read } = require("node-id3");
    return (file) => read(file);
  },
};

const [name, ...files] = process.argv.slice(2);
const reader = await READERS[name]();
const found = [];
for (const file of files) {
  found.push((await reader(file)) ?? null);
}
// Trees of cues point back to their parents.
const once = (key, value) => (key === "parent" ? undefined : value);
process.stdout.write(JSON.stringify(found, once));
