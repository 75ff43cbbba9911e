// Runs once when the web process starts: a wrong environment or a database without walls ends it before the first request.
export async function register(): Promise<void> {
  if (process.env['NEXT_RUNTIME'] !== 'nodejs') return;
  const { assertReady } = await import('#lib/boot.ts');
  await assertReady('app');
  const { guardIngress } = await import('#lib/access/guard-ingress.ts');
  guardIngress();
}
