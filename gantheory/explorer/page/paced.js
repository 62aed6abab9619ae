// Messages of a drag or a scrub, which come faster than pictures. At most one is sent per picture; those that come in between are
// merged into one that waits. So the server never falls behind.

import { state } from "./state.js";

const all = []; // everything that is paced

// `send(value)` sends a message; `merge(older, newer)` combines two values. Call `offer` with each value, and `flush` when a picture
// has been painted.
export function paced(send, merge) {
  let waiting = null;
  let sentAt = null; // the picture that was shown when the last one was sent
  const made = {
    offer(value) {
      if (waiting !== null) waiting = merge(waiting, value);
      else if (!state.shown || state.shown === sentAt) waiting = value;
      else {
        sentAt = state.shown;
        send(value);
      }
    },
    flush() {
      const value = waiting;
      waiting = null;
      if (value !== null) send(value);
    },
    drop() {
      waiting = sentAt = null;
    },
  };
  all.push(made);
  return made;
}

// After a refusal no picture comes for what was sent, and what waits must not be done at some later time.
export const dropWaiting = () => all.forEach((one) => one.drop());
