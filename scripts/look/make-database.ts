// A background that does nothing but make the database: pages only read it.
import { openDatabase } from '../../lib/background/db/database.ts';

void openDatabase().open();
