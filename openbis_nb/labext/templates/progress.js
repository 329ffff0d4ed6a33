// Follows the job, and loads the page again at its end: then the server says where it is, or what went wrong.
const job = document.querySelector('main').dataset.job;
const step = document.getElementById('step');
const bar = document.getElementById('bar');
const size = bytes => (bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`);

async function follow() {
  for (;;) {
    let told;
    try {
      const answer = await fetch(`${job}?wait=1`, { credentials: 'same-origin', cache: 'no-store' });
      told = await answer.json();
      if (!answer.ok || told.state !== 'running') {
        break;
      }
    } catch {
      await new Promise(rest => setTimeout(rest, 2000));
      continue;
    }
    const { message, done, total, bytes } = told.progress;
    if (message) {
      step.textContent = bytes ? `${message}: ${size(bytes)}` : message;
    }
    if (total) {
      bar.max = total;
      bar.value = done;
    } else {
      bar.removeAttribute('value');
    }
  }
  location.reload();
}
follow();
