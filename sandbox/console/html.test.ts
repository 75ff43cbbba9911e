import { expect, test } from 'vitest';
import { html, linkify } from './html.ts';

test('a name with markup in it stays a name', () => {
  const name = `<script>alert(1)</script> & "O'Brien"`;
  expect(html`<a title="${name}">${name}</a>`.text).toBe(
    '<a title="&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;O&#39;Brien&quot;">&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;O&#39;Brien&quot;</a>',
  );
});

test('templates nest and lists join without being escaped twice', () => {
  expect(html`<ul>${['a&b', 'c'].map((x) => html`<li>${x}</li>`)}</ul>${null}${false}`.text).toBe('<ul><li>a&amp;b</li><li>c</li></ul>');
});

test('an address in a text is a link without the full stop after it, and markup around it is text', () => {
  expect(linkify('Go to http://localhost:3000/v?a=1&b=2. <b>').text).toBe(
    'Go to <a href="http://localhost:3000/v?a=1&amp;b=2" target="_blank" rel="noopener">http://localhost:3000/v?a=1&amp;b=2</a>. &lt;b&gt;',
  );
});

test('NUL never reaches a page', () => {
  expect(html`${'a\0b'}`.text).toBe('a\uFFFDb');
});
