// Copy of the mails that the app sends. Each template has a subject, paragraphs numbered from 1, and at most one button.
export const mail = {
  'mail.testTag': '[Test data] {subject}',
  'mail.foot': 'Sent by Counterpart. If you did not expect this mail, you need not do anything.',
  'mail.orOpen': 'If the button does not work, open this address:',

  'mail.confirm_email.subject': 'Confirm your e-mail',
  'mail.confirm_email.1': 'Someone, most likely you, made a Counterpart account with this e-mail.',
  'mail.confirm_email.2': 'Open the page below and enter the password you chose. The link works for 24 hours and only until a newer one is sent.',
  'mail.confirm_email.button': 'Confirm your e-mail',

  'mail.already_registered.subject': 'You already have an account',
  'mail.already_registered.1': 'Someone, most likely you, tried to make a Counterpart account with this e-mail. There is one already, and nothing was changed.',
  'mail.already_registered.2': 'If it was you, sign in with the password you have.',
  'mail.already_registered.button': 'Sign in',

  'mail.account_claimed.subject': 'Another workspace tried to connect your Stripe account',
  'mail.account_claimed.1':
    'Someone who can sign in to the Stripe account {account} tried to connect it to another Counterpart workspace. It belongs to {workspace}, so nothing was connected and nothing changed.',
  'mail.account_claimed.2':
    'If that was you and you want to move, disconnect the account in {workspace} first. If it was not, check who can sign in to your Stripe account.',
  'mail.account_claimed.button': 'Open the connection',
} as const;
