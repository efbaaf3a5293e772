// Loaded before the server program: makes it meet an exception that nothing catches.
const number = '+447700900101';
process.on('SIGUSR2', () => {
  throw new Error(`the number is ${number}`);
});
process.on('SIGHUP', () => void Promise.reject(new Error(`the number is ${number}`)));
