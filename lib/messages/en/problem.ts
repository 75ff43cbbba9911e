// Copy of the pages that say why a page cannot be shown. An area of its own: every page carries it, in case it fails.
export const problem = {
  'problem.notFoundTitle': 'Page not found',
  'problem.notFoundBody': 'Nothing is here, or nothing that you may see. Check the address, or start again from your workspaces.',
  'problem.notFoundBack': 'Go to your workspaces',
  'problem.forbiddenTitle': 'Your role does not reach here',
  'problem.forbiddenBody': 'This page needs the role {role}. {owner} can give it to you.',
  'problem.errorTitle': 'This page could not be shown',
  'problem.errorBody': 'Something failed while reading. Nothing was changed and nothing is lost.',
  'problem.errorRequest': 'Request {id}',
  'problem.tryAgain': 'Try again',
} as const;
