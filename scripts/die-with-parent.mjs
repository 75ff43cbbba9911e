// Preloaded into every child process of a world: when the pipe from its parent breaks, the parent is gone, and so shall this be.
process.stdin.on('end', leave);
process.stdin.on('error', leave);
process.stdin.resume();
process.stdin.unref?.();

function leave() {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), 8000).unref();
}
