/** What is typed into the panel is written into the drawing after a pause, or at once where somebody saves or leaves. */

const PAUSE_MILLISECONDS = 300;
const pending = new Set<() => void>();

export function writeWhatIsTyped(): void {
  for (const write of [...pending]) {
    write();
  }
}

function afterAPause<Given extends unknown[]>(act: (...given: Given) => void) {
  let timer: number | undefined;
  let last: Given;
  const cancel = (): void => {
    clearTimeout(timer);
    pending.delete(flush);
  };
  const flush = (): void => {
    if (pending.has(flush)) {
      cancel();
      act(...last);
    }
  };
  const debounced = (...given: Given): void => {
    last = given;
    clearTimeout(timer);
    timer = window.setTimeout(flush, PAUSE_MILLISECONDS);
    pending.add(flush);
  };
  return Object.assign(debounced, { flush, cancel });
}

export const typing = { debounceInput: ["value", afterAPause] };
