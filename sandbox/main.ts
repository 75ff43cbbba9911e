// `npm run sandbox`: the local Stripe. `… beliefs` prints what it does from memory alone.
import { configOf } from './core/config.ts';
import { allBeliefs } from './core/define.ts';
import { startSandbox } from './sandbox.ts';

if (process.argv[2] === 'beliefs') {
  for (const { text, tests } of allBeliefs()) console.log([text, ...tests.map((test) => `    ${test}`)].join('\n'));
} else {
  const config = configOf(process.env);
  const sandbox = await startSandbox(config).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    console.error(`sandbox: port ${config.port} or ${String(config.smtpPort)} is in use; set SANDBOX_PORT.`);
    process.exit(1);
  });
  console.log(`ready ${sandbox.url}${sandbox.smtp ? ` ${sandbox.smtp}` : ''}`);
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void sandbox.close().then(() => process.exit(0)));
}
