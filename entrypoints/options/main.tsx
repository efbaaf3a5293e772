import '../../components/styles/options.css';
import { emptyConnection } from '../../components/connection-form.tsx';
import { Options } from '../../components/options.tsx';
import { startPage } from '../../components/page.tsx';
import { firstDraft } from '../../components/route.ts';
import { draft } from '../../lib/store/drafts.ts';

const drafts = Promise.all([draft('connection', emptyConnection), draft('options', firstDraft)]);
void startPage(
  'options',
  drafts.then(([connection, place]) => (known) => <Options known={known} connection={connection} place={place} />),
);
