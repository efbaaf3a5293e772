// Account page: a single-page application that chooses its view by the path and navigates with history.pushState.

type PhoneType = 'mobile' | 'alternateMobile' | 'office';

interface Methods {
  phones: { type: PhoneType; number: string }[];
  authenticatorApp: boolean;
  defaultMethod: keyof typeof defaultMethodNames | null;
}

const phoneNames: Record<PhoneType, string> = {
  mobile: 'Phone',
  alternateMobile: 'Alternate phone',
  office: 'Office phone',
};
const defaultMethodNames = {
  push: 'Authenticator app – notification',
  oath: 'Authenticator app – code',
  sms: 'Phone – text',
  voiceMobile: 'Phone – call',
  voiceAlternateMobile: 'Alternate phone – call',
  voiceOffice: 'Office phone – call',
};

const overviewPath = '/security-info';
const views: Record<string, () => Card | Promise<Card>> = {
  [`${overviewPath}/add`]: addMethod,
  [`${overviewPath}/add/phone`]: addPhone,
  [`${overviewPath}/add/phone/code`]: enterCode,
  [`${overviewPath}/add/phone/done`]: phoneAdded,
};

type Child = string | Node;

function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Partial<HTMLElementTagNameMap[Tag]> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

interface Card {
  form: HTMLFormElement;
  heading: HTMLElement;
  problem: HTMLElement;
}

function card(title: string, ...children: Child[]): Card {
  const heading = element('h1', { tabIndex: -1 }, title);
  const problem = element('div', { role: 'alert', id: 'problem' });
  const form = element('form', { className: 'card', noValidate: true }, heading, problem, ...children);
  form.addEventListener('submit', (event) => event.preventDefault());
  return { form, heading, problem };
}

const actions = (...buttons: HTMLElement[]) => element('div', { className: 'actions' }, ...buttons);
const phoneNumberElement = (text: string) => element('bdi', { dir: 'ltr' }, text);
const submitButton = (label: string) => element('button', {}, label);
const cancelButton = () => button('Cancel', () => go(overviewPath), 'quiet');

function button(label: string, act: () => void, className = ''): HTMLButtonElement {
  const made = element('button', { type: 'button', className }, label);
  made.addEventListener('click', act);
  return made;
}

/** @throws Error whose message is the sentence to show */
async function request(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(path, {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error((answer as { problem: string }).problem);
  return answer;
}

function go(path: string): void {
  history.pushState(null, '', path);
  void show();
}

async function overview(): Promise<Card> {
  const { phones, authenticatorApp, defaultMethod } = (await request('GET', '/api/methods')) as Methods;
  const rows = phones.map(({ type, number }) => {
    const change = button('Change', () => go(`${overviewPath}/change/${type}`), 'quiet');
    change.ariaLabel = `Change ${phoneNames[type]} ${number}`;
    const remove = button('Delete', () => go(`${overviewPath}/delete/${type}`), 'quiet');
    remove.ariaLabel = `Delete ${phoneNames[type]} ${number}`;
    return element(
      'li',
      { className: 'row' },
      element('span', {}, element('strong', {}, phoneNames[type]), ' ', phoneNumberElement(number)),
      element('span', {}, change, ' ', remove),
    );
  });
  for (const name of [...(authenticatorApp ? ['Authenticator app'] : []), 'Password'])
    rows.push(element('li', { className: 'row' }, element('strong', {}, name)));
  return card(
    'Security info',
    element('p', { className: 'soft' }, 'These are the methods you use to sign in or to reset your password.'),
    element('p', {}, 'Default sign-in method: ', defaultMethod ? defaultMethodNames[defaultMethod] : 'none'),
    element('ul', { className: 'plain' }, ...rows),
    actions(button('Add method', () => go(`${overviewPath}/add`))),
  );
}

function addMethod(): Card {
  return card(
    'Add a method',
    element('p', {}, 'Which method would you like to add?'),
    actions(
      button('Phone', () => go(`${overviewPath}/add/phone`)),
      cancelButton(),
    ),
  );
}

function addPhone(): Card {
  const type = element('select', { id: 'type' });
  for (const [value, text] of Object.entries(phoneNames)) type.append(element('option', { value }, text));
  return phoneNumberForm({
    title: 'Phone',
    label: 'Phone number',
    above: [
      element('p', {}, 'You can prove who you are by receiving a code on your phone.'),
      element('label', { htmlFor: 'type' }, 'Kind'),
      type,
    ],
    below: [
      element(
        'p',
        { className: 'soft small' },
        "Registering a device gives your phone access to your organization's services and doesn't allow your organization access to your phone.",
      ),
    ],
    request: () => ({ type: type.value }),
  });
}

function changePhone(type: PhoneType): Card {
  return phoneNumberForm({
    title: `Change ${phoneNames[type]}`,
    label: 'New phone number',
    request: () => ({ type, purpose: 'change' }),
  });
}

function phoneNumberForm(content: {
  title: string;
  label: string;
  above?: Node[];
  below?: Node[];
  request: () => { type: string; purpose?: string };
}): Card {
  const { title, label, above = [], below = [] } = content;
  const input = element('input', { id: 'number', type: 'tel', autocomplete: 'tel', required: true });
  const made = card(
    title,
    ...above,
    element('label', { htmlFor: 'number' }, label),
    input,
    ...below,
    actions(submitButton('Text me a code'), cancelButton()),
  );
  onSubmit(made, input, async () => {
    const started = await request('POST', '/api/phones', { number: input.value, ...content.request() });
    history.pushState({ sentTo: (started as { number: string }).number }, '', `${overviewPath}/add/phone/code`);
    await show();
  });
  return made;
}

function enterCode(): Card {
  const input = element('input', { id: 'code', inputMode: 'numeric', autocomplete: 'one-time-code', required: true });
  const made = card(
    'Enter code',
    element('p', {}, 'We texted a code to ', phoneNumberElement(history.state?.sentTo ?? 'your phone'), '.'),
    element('label', { htmlFor: 'code' }, 'Code'),
    input,
    actions(
      submitButton('Next'),
      button('Back', () => history.back(), 'quiet'),
    ),
  );
  onSubmit(made, input, async () => {
    await request('POST', '/api/phones/code', { code: input.value });
    go(`${overviewPath}/add/phone/done`);
  });
  return made;
}

function phoneAdded(): Card {
  return card(
    'Done',
    element('p', { role: 'status' }, 'SMS verified. Your phone was registered successfully.'),
    actions(button('Done', () => go(overviewPath))),
  );
}

function deletePhone(type: PhoneType): Card {
  const made = card(
    `Delete ${phoneNames[type]}?`,
    element('p', {}, 'You will not be able to sign in with it any more.'),
    actions(submitButton('OK'), cancelButton()),
  );
  onSubmit(made, undefined, async () => {
    await request('DELETE', `/api/phones/${type}`);
    go(overviewPath);
  });
  return made;
}

function onSubmit({ form, problem }: Card, input: HTMLInputElement | undefined, act: () => Promise<void>): void {
  form.addEventListener('submit', async () => {
    problem.textContent = '';
    try {
      await act();
    } catch (error) {
      problem.textContent = messageOf(error);
      input?.setAttribute('aria-invalid', 'true');
      input?.setAttribute('aria-describedby', 'problem');
      input?.focus();
    }
  });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** @param isFirst true when the page has just loaded: the focus then stays where the browser put it */
async function show(isFirst = false): Promise<void> {
  const view = document.querySelector('#view');
  try {
    const made = await cardFor(location.pathname);
    view?.replaceChildren(made.form);
    if (!isFirst) (made.form.querySelector('input') ?? made.heading).focus();
  } catch (error) {
    const made = card('Security info');
    view?.replaceChildren(made.form);
    made.problem.textContent = messageOf(error);
  }
}

function cardFor(path: string): Card | Promise<Card> {
  const [, action, type] = /^\/security-info\/(change|delete)\/(mobile|alternateMobile|office)$/.exec(path) ?? [];
  if (action === 'change') return changePhone(type as PhoneType);
  if (action === 'delete') return deletePhone(type as PhoneType);
  return (views[path] ?? overview)();
}

addEventListener('popstate', () => void show());
for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-view]')) {
  link.addEventListener('click', (event) => {
    event.preventDefault();
    go(new URL(link.href).pathname);
  });
}
void show(true);
