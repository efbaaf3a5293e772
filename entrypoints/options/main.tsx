import '../../components/styles/options.css';
import { Options } from '../../components/options.tsx';
import { firstDraft } from '../../components/route.ts';
import { emptyConnection } from '../../components/sections/connection-form.tsx';
import { startPage } from '../../components/start-page.tsx';
import { draft } from '../../lib/store/drafts.ts';

const drafts = Promise.all([draft('connection', emptyConnection), draft('options', firstDraft)]);
void startPage(
  'options',
  drafts.then(([connection, place]) => (known) => <Options known={known} connection={connection} place={place} />),
);
