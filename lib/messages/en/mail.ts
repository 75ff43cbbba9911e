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

  'mail.refund_failed.subject': 'A refund of {amount} came to nothing',
  'mail.refund_failed.1': 'The refund of {amount} did not reach the customer. {reason}',
  'mail.refund_failed.2': 'The money is back in your Stripe balance and can be refunded again. Nothing is sent again by itself.',
  'mail.refund_failed.button': 'Open the refund',
  'mail.refund_failed.canceled': 'It was canceled at Stripe.',
  'mail.refund_failed.why.lost_or_stolen_card': 'The card was reported lost or stolen. Ask the customer for another way to be paid.',
  'mail.refund_failed.why.expired_or_canceled_card': 'The card has expired or was canceled. Ask the customer for another way to be paid.',
  'mail.refund_failed.why.charge_for_pending_refund_disputed': 'The customer disputed the payment while the refund was pending.',
  'mail.refund_failed.why.insufficient_funds': 'Your Stripe balance was too low.',
  'mail.refund_failed.why.declined': 'The customer’s bank declined it.',
  'mail.refund_failed.why.merchant_request': 'It was stopped at Stripe on your behalf.',
  'mail.refund_failed.why.unknown': 'Stripe gives no reason.',
  'mail.refund_failed.why.other': 'Stripe’s reason: {word}.',
} as const;
