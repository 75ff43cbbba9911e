// One stream per browser: the visible tab that holds the lock reads it and tells the others. Lost stream: a poll every 30 s.
import { batched } from './batched.ts';

export type LiveState = 'live' | 'polling' | 'ended';
/** `changed(null)` means: something may have changed while nobody was looking. */
export type Followed = { changed: (ids: readonly string[] | null) => void; state: (state: LiveState) => void };
type Told = { ids?: readonly string[] | null; state?: LiveState };

const POLL = 30_000;

export function follow(url: string, on: Followed): () => void {
  const name = `counterpart:live:${url}`;
  const channel = new BroadcastChannel(name);
  const change = batched(on.changed, 250);
  let leading: AbortController | null = null;
  let left = false;

  const hear = (told: Told) => {
    if (told.state) on.state(told.state);
    if (told.ids !== undefined) change(told.ids);
  };
  const tell = (told: Told) => {
    hear(told);
    channel.postMessage(told);
  };
  const onVisibility = () => {
    if (document.hidden) {
      leading?.abort();
      leading = null;
      left = true;
    } else if (!leading) {
      leading = new AbortController();
      // What happened while this tab was away was told to nobody here.
      if (left) change(null);
      lead(name, leading.signal, () => read(url, leading?.signal, tell));
    }
  };
  channel.onmessage = (message: MessageEvent<Told>) => hear(message.data);
  document.addEventListener('visibilitychange', onVisibility);
  onVisibility();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    leading?.abort();
    channel.close();
  };
}

/** Runs `task` while this tab holds the lock. Web Locks are missing on plain http away from localhost: then each tab reads for itself. */
function lead(name: string, signal: AbortSignal, task: () => Promise<void>): void {
  const locks: LockManager | undefined = navigator.locks;
  const running = locks ? locks.request(name, { signal }, task) : task();
  running.catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}

/** Reads the stream until told to stop; the promise ends then, and with it the lock. */
function read(url: string, signal: AbortSignal | undefined, tell: (told: Told) => void): Promise<void> {
  return new Promise((stopped) => {
    if (!signal || signal.aborted) return stopped();
    let poll: ReturnType<typeof setInterval> | undefined;
    let source = open();

    function open(): EventSource {
      const stream = new EventSource(url);
      stream.onopen = () => {
        if (poll !== undefined) tell({ state: 'live', ids: null });
        clearInterval(poll);
        poll = undefined;
      };
      stream.onmessage = (message: MessageEvent<string>) => {
        const ids = idsIn(message.data);
        if (ids.length > 0) tell({ ids });
      };
      stream.onerror = () => void lost(stream);
      return stream;
    }

    async function lost(stream: EventSource) {
      if (stream.readyState !== EventSource.CLOSED) return wait();
      if (await isSignedOut(url, signal)) {
        clearInterval(poll);
        return tell({ state: 'ended' });
      }
      wait();
    }

    function wait() {
      if (poll !== undefined || signal?.aborted) return;
      tell({ state: 'polling' });
      poll = setInterval(() => {
        tell({ ids: null });
        if (source.readyState === EventSource.CLOSED) source = open();
      }, POLL);
    }

    signal.addEventListener('abort', () => {
      source.close();
      clearInterval(poll);
      stopped();
    });
  });
}

/** An EventSource does not say why it was refused; one plain request does. */
export async function isSignedOut(url: string, signal?: AbortSignal): Promise<boolean> {
  const stop = new AbortController();
  try {
    const { status } = await fetch(url, {
      headers: { accept: 'text/event-stream' },
      cache: 'no-store',
      signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
    });
    return status === 401 || status === 403;
  } catch {
    return false;
  } finally {
    stop.abort();
  }
}

function idsIn(data: string): string[] {
  try {
    const { ids } = JSON.parse(data) as { ids?: unknown };
    return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}
