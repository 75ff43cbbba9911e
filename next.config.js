// Builds and serves the merchant app. Headers that need a nonce are set in proxy.ts, per request.
/** @type {import('next').NextConfig} */
export default {
  distDir: process.env.NEXT_DIST_DIR || '.next',
  poweredByHeader: false,
  productionBrowserSourceMaps: false,
  images: { unoptimized: true },
  reactStrictMode: true,
  serverExternalPackages: ['pg', 'pino', 'stripe', '@prisma/adapter-pg', 'nodemailer'],
  experimental: { serverActions: { bodySizeLimit: '256kb' } },
};
