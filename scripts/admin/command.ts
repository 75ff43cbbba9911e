// What one operator's command is: how it is called, which database login it runs with, and the lines it says.
export type Command = { usage: string; as: 'owner' | 'worker'; run: (given: Readonly<Record<string, string>>) => Promise<readonly string[]> };
