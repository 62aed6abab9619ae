// The server's key, with which the page's address begins. It goes out of the address bar once the page is there, so that no link that is
// copied, no bookmark and no picture of the screen holds it. This tab keeps it, for when it is loaded again (return.js). A cookie would
// not do: browsers send it to every port of this machine, whoever listens there, and not to a frame in a notebook.

export const home = location.pathname; // as the page was opened

export function hideKey() {
  try {
    sessionStorage.setItem("explorer", home);
  } catch {
    return; // this browser keeps nothing, and the key stays where it is
  }
  const icon = document.querySelector("link[rel=icon]");
  icon.href = icon.href; // in full, since it is looked up again beside the new address
  history.replaceState(null, "", `/${location.search}${location.hash}`);
}
