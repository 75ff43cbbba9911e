// Builds and serves the merchant app. Headers that need a nonce are set in proxy.ts, per request.
const fixed = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
];

/** @type {import('next').NextConfig} */
export default {
  distDir: process.env.NEXT_DIST_DIR || '.next',
  poweredByHeader: false,
  productionBrowserSourceMaps: false,
  images: { unoptimized: true },
  reactStrictMode: true,
  // Types are held by npm run check and npm test; a start need not wait for them.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ['pg', 'pino', 'stripe', '@prisma/adapter-pg', 'nodemailer', 'rate-limiter-flexible'],
  experimental: { serverActions: { bodySizeLimit: '256kb' }, authInterrupts: true },
  // The webhook door stays out of the proxy, which buffers bodies and cuts large ones.
  headers: async () => [
    { source: '/_next/static/:path*', headers: fixed },
    { source: '/icon.svg', headers: fixed },
    { source: '/fonts/:path*', headers: fixed },
    {
      source: '/api/webhooks/:path*',
      headers: [
        ...fixed,
        { key: 'Content-Security-Policy', value: "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; object-src 'none'; sandbox" },
        { key: 'Cache-Control', value: 'no-store' },
      ],
    },
  ],
};
