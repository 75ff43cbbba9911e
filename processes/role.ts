// Names this process before anything else is loaded: the log and the database's role follow the name. Imported first.
import { basename } from 'node:path';

process.env['PROCESS'] ??= basename(process.argv[1] ?? '', '.ts');
