// Preloaded into every child process of a world: when the pipe from its parent breaks, the parent is gone, and so shall this be.
// What the child itself starts inherits the preload, but not the pipe: only the child whose parent is named watches.
import { isMainThread } from 'node:worker_threads';

if (isMainThread && process.env.DIES_WITH === String(process.ppid)) {
  process.stdin.on('end', leave);
  process.stdin.on('error', leave);
  process.stdin.resume();
  process.stdin.unref?.();
}

function leave() {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), 8000).unref();
}
