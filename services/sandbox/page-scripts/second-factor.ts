// Sign-in page: continues once the prompt on the handset is answered.
const form = document.querySelector('form');

async function check(): Promise<void> {
  const answer = await fetch(location.href, { headers: { accept: 'application/json' } });
  const { isAnswered } = await answer.json();
  if (isAnswered) form?.submit();
  else setTimeout(check, 300);
}

void check();
