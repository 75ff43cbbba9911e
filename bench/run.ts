// npm run bench -- ack: each benchmark is a file of its own that brings up a world of its own and prints what it saw.
const known: Readonly<Record<string, () => Promise<{ run: () => Promise<void> }>>> = { ack: () => import('./ack.ts') };
const name = process.argv[2] ?? '';
const load = Object.hasOwn(known, name) ? known[name] : undefined;
if (!load) {
  process.stderr.write(`Which benchmark? ${Object.keys(known).join(', ')}: npm run bench -- ack\n`);
  process.exit(1);
}
await (await load()).run();
process.exit(0);
