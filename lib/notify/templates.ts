// What each mail needs and how it is laid out: plain text and HTML from the same message keys.
import { t } from '../messages/index.ts';
import { mail } from '../messages/en/mail.ts';

/** Template → the parameters its texts and its button need. */
export type Templates = {
  confirm_email: { link: string };
  already_registered: { link: string };
  refund_failed: { link: string; amount: string; reason: string };
  account_claimed: { link: string; account: string; workspace: string };
};

export type Template = keyof Templates;
export type Letter = { subject: string; text: string; html: string };

export function isTemplate(name: string): name is Template {
  return Object.hasOwn(mail, `mail.${name}.subject`);
}

export function compose(template: Template, params: Readonly<Record<string, string>>, test: boolean): Letter {
  const say = (part: string) => (t as (key: string, params: Readonly<Record<string, string>>) => string)(`mail.${template}.${part}`, params);
  const paragraphs = ['1', '2', '3', '4'].filter((part) => Object.hasOwn(mail, `mail.${template}.${part}`)).map(say);
  const subject = oneLine(say('subject'));
  const link = params['link'] ?? '';
  const button = say('button');
  return {
    subject: test ? t('mail.testTag', { subject }) : subject,
    text: [...paragraphs, `${button}:\n${link}`, `--\n${t('mail.foot')}`].join('\n\n'),
    html: page(subject, [
      ...paragraphs.map((each) => `<p style="margin:0 0 16px">${escape(each)}</p>`),
      `<p style="margin:24px 0"><a href="${escape(link)}" style="display:inline-block;padding:10px 16px;border-radius:6px;background:#036279;color:#f8fdfe;font-weight:600;text-decoration:none">${escape(button)}</a></p>`,
      `<p style="margin:0 0 16px;font-size:13px;color:#626a72">${escape(t('mail.orOpen'))}<br><a href="${escape(link)}" style="color:#036279;word-break:break-all">${escape(link)}</a></p>`,
      `<p style="margin:24px 0 0;padding-top:16px;border-top:1px solid #e0e0dc;font-size:13px;color:#626a72">${escape(t('mail.foot'))}</p>`,
    ]),
  };
}

function page(subject: string, blocks: readonly string[]): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escape(subject)}</title></head><body style="margin:0;padding:24px;background:#fbfaf8;color:#141c23;font:15px/24px system-ui,sans-serif"><div style="max-width:520px;margin:0 auto;padding:24px;background:#fff;border:1px solid #e0e0dc;border-radius:8px">${blocks.join('')}</div></body></html>`;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
}

/** A name with a line break must not become a header of its own. */
function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
}
