// npm run bench -- ack: each benchmark is a file of its own that brings up a world of its own and prints what it saw.
import { run as ack } from './ack.ts';
import { run as ingest } from './ingest.ts';

const known: Readonly<Record<string, () => Promise<void>>> = { ack, ingest };
const wanted = process.argv[2] ?? '';
const bench = Object.hasOwn(known, wanted) ? known[wanted] : undefined;
if (!bench) {
  process.stderr.write(`Which benchmark? ${Object.keys(known).join(', ')}: npm run bench -- ingest\n`);
  process.exit(1);
}
await bench();
process.exit(0);
