'use client';

export { ListFailed as default } from '../_desk/list-failed.tsx';
