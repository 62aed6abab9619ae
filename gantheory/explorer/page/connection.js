// The wire: JSON both ways, and pictures as one binary message each, which is acknowledged when it has been painted.

export function connect(hear) {
  const address = new URL("ws", location.href);
  address.protocol = address.protocol.replace("http", "ws");
  const socket = new WebSocket(address);
  socket.binaryType = "arraybuffer";
  socket.onmessage = ({ data }) => (typeof data === "string" ? hear.message(JSON.parse(data)) : hear.picture(unpacked(data)));
  socket.onclose = ({ code, reason }) => hear.closed(reason || (code === 1009 ? "The message was too long for the server." : ""));
  return {
    say(message) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
    },
    get waiting() {
      return socket.bufferedAmount;
    },
  };
}

// {head, curves}: see `packed` in session.py.
function unpacked(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const head = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  let at = 4 + length;
  const curves = head.lengths.map((count) => {
    const curve = new Float32Array(buffer, at, count);
    at += 4 * count;
    return curve;
  });
  const [p_g, logit, d_star, slope, graph, arrows, ...rest] = curves;
  const picture = { head, p_g, logit, d_star, slope, graph, arrows, x: null, fake: null, ghost: null };
  if (head.line) {
    if (head.line.points[0]) picture.x = rest.shift();
    if (head.line.points[1]) picture.fake = rest.shift();
  }
  if (head.ghost) picture.ghost = { p_g: rest[0], logit: rest[1] };
  return picture;
}
