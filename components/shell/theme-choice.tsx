'use client';

import { useState } from 'react';
import { THEME_COOKIE, type Theme, themes } from './theme.ts';

export function ThemeChoice({ theme, legend, labels }: { theme: Theme; legend: string; labels: Record<Theme, string> }) {
  const [chosen, setChosen] = useState(theme);
  function choose(next: Theme) {
    setChosen(next);
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not everywhere yet, and this cookie is no secret
    document.cookie = `${THEME_COOKIE}=${next};path=/;max-age=31536000;samesite=lax`;
    document.documentElement.dataset.theme = next;
  }
  return (
    <fieldset className="theme-choice">
      <legend className="px-2 pt-1 pb-1 text-caption font-semibold text-fg-3">{legend}</legend>
      {themes.map((each) => (
        <label key={each}>
          <input type="radio" name="theme" className="sr-only" checked={chosen === each} onChange={() => choose(each)} />
          <span>{labels[each]}</span>
        </label>
      ))}
    </fieldset>
  );
}
