import '../../components/styles/options.css';
import { draft } from '../../components/data/drafts.ts';
import { emptyConnection } from '../../components/options/connection-form.tsx';
import { Options } from '../../components/options.tsx';
import { startPage } from '../../components/start-page.tsx';
import { firstDraft } from '../../components/view-model/route.ts';

const drafts = Promise.all([draft('connection', emptyConnection), draft('options', firstDraft)]);
void startPage(
  'options',
  drafts.then(([connection, place]) => (pageState) => (
    <Options pageState={pageState} connection={connection} place={place} />
  )),
);
