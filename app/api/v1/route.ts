import { unknownPath } from './place.ts';
import { refuse } from './respond.ts';

const unknown = refuse(unknownPath());
export { unknown as DELETE, unknown as GET, unknown as OPTIONS, unknown as PATCH, unknown as POST, unknown as PUT };
