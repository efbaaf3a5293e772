import '../../components/styles/popup.css';
import { draft } from '../../components/data/drafts.ts';
import { Popup } from '../../components/popup.tsx';
import { startPage } from '../../components/start-page.tsx';
import { firstDraft } from '../../components/view-model/route.ts';

const popupDraft = draft('popup', firstDraft);
void startPage(
  'popup',
  popupDraft.then((kept) => (pageState) => <Popup pageState={pageState} draft={kept} />),
);
