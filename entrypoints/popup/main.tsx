import { render } from 'preact';

const root = document.getElementById('app');
if (root) render(<p>Phone Sign-in</p>, root);
