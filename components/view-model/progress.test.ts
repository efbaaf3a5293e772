import { describe, expect, test } from 'vitest';
import type { Command } from '../../lib/shared/model/commands.ts';
import type { CommandRow } from '../../lib/shared/model/rows.ts';
import { progressOf } from './progress.ts';
import { enable, entry, now, pageState } from './testing/page-state.ts';

const isEnable = (command: Command) => command.kind === 'enable';
const progressOfEnable = (...outbox: CommandRow[]) => progressOf(pageState({ outbox }), isEnable);

describe('a command without a row', () => {
  const asked = { id: 'one', command: enable, lost: false } as const;

  test('is running from the click on', () => {
    expect(progressOf(pageState({}, [asked]), isEnable)).toMatchObject({ state: 'running', isChecking: false });
  });

  test('takes its progress from the row as soon as the row exists', () => {
    const state = pageState({ outbox: [entry('settling')] }, [asked]);
    expect(progressOf(state, isEnable)).toMatchObject({ state: 'running', isChecking: true });
  });

  test('is lost if the service worker did not answer', () => {
    expect(progressOf(pageState({}, [{ ...asked, lost: 'unanswered' }]), isEnable).state).toBe('lost');
  });
});

test('a finished command is hidden once dismissed, and after ten minutes or after a day if it failed', () => {
  const failed = { error: { kind: 'offline', at: now } } as const;
  const [anHourAgo, twoDaysAgo] = [now - 3_600_000, now - 48 * 3_600_000];
  expect(progressOfEnable(entry('failed', failed)).state).toBe('failed');
  expect(progressOfEnable(entry('failed', { ...failed, dismissed: true })).state).toBe('none');
  expect(progressOfEnable(entry('done', { updatedAt: anHourAgo })).state).toBe('none');
  expect(progressOfEnable(entry('failed', { ...failed, updatedAt: anHourAgo })).state).toBe('failed');
  expect(progressOfEnable(entry('failed', { ...failed, updatedAt: twoDaysAgo })).state).toBe('none');
});

test('a cancelled command has the reason for Copy details, or that it was not finished (S19)', () => {
  const error = { kind: 'sign-in-not-finished', at: now, code: 'AADSTS65004' } as const;
  expect(progressOfEnable(entry('cancelled', { error }))).toMatchObject({ state: 'cancelled', error });
  expect(progressOfEnable(entry('cancelled'))).toMatchObject({ error: { kind: 'sign-in-not-finished' } });
});

test('the command that was created last counts, not the one that ended last', () => {
  const failed = entry('failed', { createdAt: now - 60_000, updatedAt: now - 500 });
  const done = entry('done', { id: 'two', createdAt: now - 9_000, updatedAt: now - 8_000 });
  expect(progressOfEnable(failed, done)).toMatchObject({ state: 'done', id: 'two' });
});

test('the cancelled duplicate of a double click does not hide the running command', () => {
  const duplicate = entry('cancelled', { id: 'two', createdAt: now, dismissed: true });
  expect(progressOfEnable(duplicate, entry('requested'))).toMatchObject({ state: 'running', id: 'one' });
});

test('a change is queued while another change of the account runs', () => {
  const turnOff: CommandRow = { ...entry('accepted'), id: 'two', command: { ...enable, kind: 'disable' } };
  const isQueued = (first: CommandRow, second = turnOff) => {
    const progress = progressOf(pageState({ outbox: [second, first] }), ({ kind }) => kind === 'disable');
    return progress.state === 'running' && progress.isQueued;
  };
  expect(isQueued(entry('settling'))).toBe(true);
  expect(isQueued(entry('accepted', { createdAt: now - 6_000 }))).toBe(true);
  expect(isQueued(entry('accepted', { createdAt: now - 4_000 }))).toBe(false);
  expect(isQueued(entry('needs-step-up'))).toBe(false);
  expect(isQueued(entry('done'))).toBe(false);
  expect(isQueued(entry('settling', { command: { ...enable, accountId: 'tenant.two' } }))).toBe(false);
  expect(isQueued(entry('settling'), { ...turnOff, state: 'requested' })).toBe(false);
});

test('a command that waits for step-up has the progress of its sign-in', () => {
  const stepUp: Command = { kind: 'step-up', accountId: 'tenant.one', waitingId: 'one', from: 'popup' };
  const waiting = entry('needs-step-up', { error: { kind: 'needs-step-up', at: now } });
  expect(progressOfEnable(waiting)).toMatchObject({
    state: 'needs-step-up',
    signedOut: false,
    signIn: { state: 'none' },
  });
  expect(progressOfEnable(entry('cancelled', { id: 'two', command: stepUp }), waiting)).toMatchObject({
    signIn: { state: 'cancelled', id: 'two' },
  });
});
