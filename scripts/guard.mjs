// Holds one foreign process (PostgreSQL): node guard.mjs UID GID COMMAND ARGS…. When the pipe from the parent breaks, it is told to stop (SIGINT: a fast, clean shutdown).
import { spawn } from 'node:child_process';

const [uid, gid, command, ...args] = process.argv.slice(2);
const identity = uid === '-' ? {} : { uid: Number(uid), gid: Number(gid) };
const child = spawn(command, args, { ...identity, cwd: '/', stdio: ['ignore', 'inherit', 'inherit'], detached: true });
const end = () => child.kill('SIGINT');
process.stdin.on('end', end);
process.stdin.on('error', end);
process.stdin.resume();
process.on('SIGTERM', end);
process.on('SIGINT', end);
child.on('error', (error) => {
  process.stderr.write(`${command}: ${error.message}\n`);
  process.exit(1);
});
child.on('exit', (code) => process.exit(code ?? 1));
