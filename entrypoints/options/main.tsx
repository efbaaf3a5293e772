import '../../components/styles/options.css';
import { emptyConnection } from '../../components/connection-form.tsx';
import { Options } from '../../components/options.tsx';
import { startPage } from '../../components/page.tsx';
import { draft } from '../../lib/store/drafts.ts';

const connectionDraft = draft('connection', emptyConnection);
void startPage(
  'options',
  connectionDraft.then((kept) => (known) => <Options known={known} draft={kept} />),
);
