'use client';

import { useEffect, useState } from 'react';

/** What is available at Stripe in minor units, once it is known. Whatever goes wrong, there is just nothing to say. */
export function useBalance(address: string): bigint | null {
  const [available, setAvailable] = useState<bigint | null>(null);
  useEffect(() => {
    const gone = new AbortController();
    read(address, gone.signal).then(setAvailable, () => {});
    return () => gone.abort();
  }, [address]);
  return available;
}

async function read(address: string, signal: AbortSignal): Promise<bigint | null> {
  const answer = await fetch(address, { signal, cache: 'no-store' });
  if (!answer.ok) return null;
  const said: unknown = await answer.json();
  const available = typeof said === 'object' && said !== null && 'available' in said ? said.available : null;
  return typeof available === 'string' && /^-?\d{1,18}$/.test(available) ? BigInt(available) : null;
}
