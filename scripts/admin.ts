// npm run admin -- <command> [options]: what an operator does at the command line. Exit codes: 0 done, 1 refused, 2 not understood.
import './load-env.ts';
import { parseArgs } from 'node:util';
import { closeDatabases } from '#lib/db.ts';
import { AppError } from '#lib/errors.ts';
import { closePrisma } from '#lib/prisma.ts';
import type { Command } from './admin/command.ts';
import { commands } from './admin/commands.ts';

process.exitCode = await main(process.argv.slice(2));

async function main([name, ...given]: string[]): Promise<number> {
  const command = commands[name ?? ''];
  if (!command) {
    process.stderr.write(`${name && name !== 'help' ? `There is no command ${name}.\n\n` : ''}${usage()}\n`);
    return name === 'help' ? 0 : 2;
  }
  const values = read(command, given);
  if (typeof values === 'string') {
    process.stderr.write(`${values}\nUsage: npm run admin -- ${name} ${command.usage}\n`);
    return 2;
  }
  process.env['PROCESS'] = command.as;
  try {
    for (const line of await command.run(values)) process.stdout.write(`${line}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    if (!(error instanceof AppError) && process.env['LOG_LEVEL'] === 'debug') process.stderr.write(`${error instanceof Error ? error.stack : ''}\n`);
    return 1;
  } finally {
    await closePrisma();
    await closeDatabases();
  }
}

/** The options' values, or what is wrong with them. */
function read(command: Command, given: readonly string[]): Record<string, string> | string {
  const wanted = [...command.usage.matchAll(/(\[)?--([a-z-]+)/g)].map(([, optional, name]) => ({ name: name!, optional: optional !== undefined }));
  try {
    const options = Object.fromEntries(wanted.map(({ name }) => [name, { type: 'string' as const }]));
    const values = parseArgs({ args: [...given], options, strict: true, allowPositionals: false }).values as Record<string, string>;
    const missing = wanted.filter(({ name, optional }) => !optional && !values[name]).map(({ name }) => `--${name}`);
    return missing.length > 0 ? `Missing: ${missing.join(', ')}.` : values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function usage(): string {
  const width = Math.max(...Object.keys(commands).map((name) => name.length));
  return [
    'Usage: npm run admin -- <command> [options]',
    ...Object.entries(commands).map(([name, { usage: options }]) => `  ${name.padEnd(width)}  ${options}`),
  ].join('\n');
}
