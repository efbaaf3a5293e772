// The account page's own script, sent inline: views by address, changed with history.pushState, no page load in between.
const view = document.getElementById('view');

const names = { mobile: 'Phone', alternateMobile: 'Alternate phone', office: 'Office phone' };
const defaults = {
  push: 'Authenticator app – notification',
  oath: 'Authenticator app – code',
  sms: 'Phone – text',
  voiceMobile: 'Phone – call',
  voiceAlternateMobile: 'Alternate phone – call',
  voiceOffice: 'Office phone – call',
};

function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function card(title, ...children) {
  const heading = make('h1', { tabIndex: -1 }, title);
  const problem = make('div', { role: 'alert', id: 'problem' });
  const element = make('form', { className: 'card', noValidate: true }, heading, problem, ...children);
  element.addEventListener('submit', (event) => event.preventDefault());
  return Object.assign(element, { problem, heading });
}

async function ask(method, path, body) {
  const response = await fetch(path, {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.problem);
  return answer;
}

function go(path) {
  history.pushState(null, '', path);
  show();
}

const number = (text) => make('bdi', { dir: 'ltr' }, text);
const button = (text, act, quiet = false) => {
  const element = make('button', { type: 'button', className: quiet ? 'quiet' : '' }, text);
  element.addEventListener('click', act);
  return element;
};

async function overview() {
  const { phones, authenticatorApp, defaultMethod } = await ask('GET', '/api/methods');
  const rows = phones.map((phone) => {
    const change = button('Change', () => go(`/security-info/change/${phone.type}`), true);
    change.setAttribute('aria-label', `Change ${names[phone.type]} ${phone.number}`);
    const remove = button('Delete', () => go(`/security-info/delete/${phone.type}`), true);
    remove.setAttribute('aria-label', `Delete ${names[phone.type]} ${phone.number}`);
    return make(
      'li',
      { className: 'row' },
      make('span', {}, make('strong', {}, names[phone.type]), ' ', number(phone.number)),
      make('span', {}, change, ' ', remove),
    );
  });
  if (authenticatorApp) rows.push(make('li', { className: 'row' }, make('strong', {}, 'Authenticator app')));
  rows.push(make('li', { className: 'row' }, make('strong', {}, 'Password')));
  return card(
    'Security info',
    make('p', { className: 'soft' }, 'These are the methods you use to sign in or to reset your password.'),
    make('p', {}, 'Default sign-in method: ', defaultMethod ? defaults[defaultMethod] : 'none'),
    make('ul', { className: 'plain' }, ...rows),
    make(
      'div',
      { className: 'actions' },
      button('Add method', () => go('/security-info/add')),
    ),
  );
}

async function add() {
  return card(
    'Add a method',
    make('p', {}, 'Which method would you like to add?'),
    make(
      'div',
      { className: 'actions' },
      button('Phone', () => go('/security-info/add/phone')),
      button('Cancel', () => go('/security-info'), true),
    ),
  );
}

async function addPhone() {
  const type = make('select', { id: 'type' });
  for (const [value, text] of Object.entries(names)) type.append(make('option', { value }, text));
  return askForNumber({
    title: 'Phone',
    label: 'Phone number',
    above: [
      make('p', {}, 'You can prove who you are by receiving a code on your phone.'),
      make('label', { htmlFor: 'type' }, 'Kind'),
      type,
    ],
    below: [
      make(
        'p',
        { className: 'soft small' },
        "Registering a device gives your phone access to your organization's services and doesn't allow your organization access to your phone.",
      ),
    ],
    request: () => ({ type: type.value }),
  });
}

async function changePhone(type) {
  const request = () => ({ type, purpose: 'change' });
  return askForNumber({ title: `Change ${names[type]}`, label: 'New phone number', request });
}

function askForNumber({ title, label, above = [], below = [], request }) {
  const input = make('input', { id: 'number', type: 'tel', autocomplete: 'tel', required: true });
  const element = card(
    title,
    ...above,
    make('label', { htmlFor: 'number' }, label),
    input,
    ...below,
    make(
      'div',
      { className: 'actions' },
      make('button', {}, 'Text me a code'),
      button('Cancel', () => go('/security-info'), true),
    ),
  );
  onSubmit(element, input, async () => {
    const started = await ask('POST', '/api/phones', { number: input.value, ...request() });
    history.pushState({ sentTo: started.number }, '', '/security-info/add/phone/code');
    await show();
  });
  return element;
}

async function enterCode() {
  const input = make('input', { id: 'code', inputMode: 'numeric', autocomplete: 'one-time-code', required: true });
  const element = card(
    'Enter code',
    make('p', {}, 'We texted a code to ', number(history.state?.sentTo ?? 'your phone'), '.'),
    make('label', { htmlFor: 'code' }, 'Code'),
    input,
    make(
      'div',
      { className: 'actions' },
      make('button', {}, 'Next'),
      button('Back', () => history.back(), true),
    ),
  );
  onSubmit(element, input, async () => {
    await ask('POST', '/api/phones/code', { code: input.value });
    go('/security-info/add/phone/done');
  });
  return element;
}

async function added() {
  return card(
    'Done',
    make('p', { role: 'status' }, 'SMS verified. Your phone was registered successfully.'),
    make(
      'div',
      { className: 'actions' },
      button('Done', () => go('/security-info')),
    ),
  );
}

async function remove(type) {
  const element = card(
    `Delete ${names[type]}?`,
    make('p', {}, 'You will not be able to sign in with it any more.'),
    make(
      'div',
      { className: 'actions' },
      make('button', {}, 'OK'),
      button('Cancel', () => go('/security-info'), true),
    ),
  );
  onSubmit(element, undefined, async () => {
    await ask('DELETE', `/api/phones/${type}`);
    go('/security-info');
  });
  return element;
}

function onSubmit(element, input, act) {
  element.addEventListener('submit', async () => {
    element.problem.textContent = '';
    try {
      await act();
    } catch (error) {
      element.problem.textContent = error.message;
      input?.setAttribute('aria-invalid', 'true');
      input?.setAttribute('aria-describedby', 'problem');
      input?.focus();
    }
  });
}

/** Moves the focus to the new view, except when the page has just been loaded. */
async function show(loaded = false) {
  const path = location.pathname;
  const [, action, type] = /^\/security-info\/(change|delete)\/(mobile|alternateMobile|office)$/.exec(path) ?? [];
  const onPhone = { change: changePhone, delete: remove }[action];
  const views = {
    '/security-info/add': add,
    '/security-info/add/phone': addPhone,
    '/security-info/add/phone/code': enterCode,
    '/security-info/add/phone/done': added,
  };
  try {
    const element = onPhone ? await onPhone(type) : await (views[path] ?? overview)();
    view.replaceChildren(element);
    if (!loaded) (element.querySelector('input') ?? element.heading).focus();
  } catch (error) {
    const element = card('Security info');
    view.replaceChildren(element);
    element.problem.textContent = error.message;
  }
}

addEventListener('popstate', () => show());
for (const link of document.querySelectorAll('a[data-view]')) {
  link.addEventListener('click', (event) => {
    event.preventDefault();
    go(new URL(link.href).pathname);
  });
}
show(true);
