import '../../components/styles/popup.css';
import { Popup } from '../../components/popup.tsx';
import { firstDraft } from '../../components/route.ts';
import { startPage } from '../../components/start-page.tsx';
import { draft } from '../../lib/store/drafts.ts';

const popupDraft = draft('popup', firstDraft);
void startPage(
  'popup',
  popupDraft.then((kept) => (known) => <Popup known={known} draft={kept} />),
);
