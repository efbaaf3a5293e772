// Sign-out page: sends the form without a click.
document.querySelector<HTMLButtonElement>('#sign-out')?.click();
