// What the bare address shows, without the key: a tab in which the explorer was open before goes back to it. key.js keeps the key.

const home = sessionStorage.getItem("explorer");
if (home) location.replace(`${home}${location.search}${location.hash}`);
