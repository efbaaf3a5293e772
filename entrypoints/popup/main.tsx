import '../../components/styles/popup.css';
import { startPage } from '../../components/page.tsx';
import { Popup } from '../../components/popup.tsx';
import { firstDraft } from '../../components/route.ts';
import { draft } from '../../lib/store/drafts.ts';

const popupDraft = draft('popup', firstDraft);
void startPage(
  'popup',
  popupDraft.then((kept) => (known) => <Popup known={known} draft={kept} />),
);
