// Runs a transaction again when PostgreSQL broke a deadlock or a serialisation conflict by ending it.
import { sleep } from '../clock.ts';
import { isNameless } from '../db.ts';

const ATTEMPTS = 6;

export async function retrying<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const code = (error as { code?: unknown } | null)?.code;
      if ((code !== '40P01' && code !== '40001' && !isNameless(error)) || attempt === ATTEMPTS) throw error;
      await sleep(Math.random() * 20 * 2 ** attempt);
    }
  }
}
