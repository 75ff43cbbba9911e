// A browser for the journeys: Debian's Chromium, or Playwright's own where that can be downloaded.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';

const root = join(import.meta.dirname, '..', '..');

/** Throws one line when no browser can be had. */
export function ensureBrowser(say: (line: string) => void): void {
  if (existsSync('/usr/bin/chromium') || existsSync(chromium.executablePath())) return;
  if (existsSync('/usr/bin/apt-get') && process.getuid?.() === 0) {
    say('Installing Chromium from the system packages');
    spawnSync('apt-get', ['update', '-q'], { stdio: 'ignore' });
    spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium', 'fonts-noto-core', 'fonts-noto-color-emoji'], {
      stdio: 'ignore',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    if (existsSync('/usr/bin/chromium')) return;
  }
  say("Installing Playwright's Chromium");
  spawnSync(join(root, 'node_modules/.bin/playwright'), ['install', 'chromium'], { stdio: 'inherit' });
  if (!existsSync(chromium.executablePath()))
    throw new Error('No browser was found and none could be installed. Install Chromium (Debian: apt-get install chromium), then run npm test again.');
}
