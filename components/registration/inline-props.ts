import type { CachedMethod } from '../../lib/shared/model/rows.ts';
import type { AccountOverview } from '../view-model/accounts.ts';
import type { PageState } from '../view-model/progress.ts';
import type { AddingDraft } from '../view-model/registration.ts';

export interface InlineProps {
  pageState: PageState;
  overview: AccountOverview;
  /** The method whose number is to be changed; missing for a new number. */
  changes: CachedMethod | undefined;
  draft: AddingDraft;
  onDraft: (change: Partial<AddingDraft>) => void;
}
