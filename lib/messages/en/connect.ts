// Copy of connecting an account: banner, first dialog, connection page.
export const connect = {
  'connect.bannerText': 'Stripe is not connected. Nothing is mirrored yet.',
  'connect.bannerAsk': 'Stripe is not connected. Ask {owner} to connect.',
  'connect.button': 'Connect with Stripe',
} as const;
