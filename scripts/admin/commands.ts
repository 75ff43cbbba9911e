// The operator's commands. An option in brackets may be left out. `as` is the database login the command runs with.
import type { Command } from './command.ts';
import { connectionCommands } from './connections.ts';
import { deadCommands } from './dead.ts';
import { keyCommands } from './keys.ts';
import { peopleCommands } from './people.ts';
import { restoreCommands } from './restore.ts';
import { workspaceCommands } from './workspaces.ts';

export const commands: Readonly<Record<string, Command>> = Object.assign(Object.create(null) as Record<string, Command>, {
  ...peopleCommands,
  ...workspaceCommands,
  ...keyCommands,
  ...connectionCommands,
  ...deadCommands,
  ...restoreCommands,
});
