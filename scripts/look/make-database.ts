// A service worker that only creates the database, which pages do not.
import { openDatabase } from '../../lib/background/db/database.ts';

void openDatabase().open();
