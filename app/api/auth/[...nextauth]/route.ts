// next-auth's door for programs that speak its protocol. What it would tell from a cookie alone is not offered: sessions are read from their rows.
import NextAuth from 'next-auth';
import type { NextRequest } from 'next/server';
import { authOptions } from '#lib/access/auth.ts';
import { requireSameOrigin } from '#lib/access/origin.ts';

type Context = { params: Promise<{ nextauth: string[] }> };

const offered = { GET: ['csrf', 'signin', 'error'], POST: ['callback/credentials', 'signout'] } as const;

export async function GET(request: NextRequest, context: Context): Promise<Response> {
  return answer('GET', request, context);
}

export async function POST(request: NextRequest, context: Context): Promise<Response> {
  try {
    requireSameOrigin(request);
  } catch {
    return new Response(null, { status: 403 });
  }
  return answer('POST', request, context);
}

async function answer(method: keyof typeof offered, request: NextRequest, context: Context): Promise<Response> {
  const { nextauth } = await context.params;
  if (!(offered[method] as readonly string[]).includes(nextauth.join('/'))) return new Response(null, { status: 404 });
  return (await NextAuth(request, context as never, authOptions())) as Response;
}
