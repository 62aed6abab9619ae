// How the search ranks what it finds: as Sphinx does, and higher for each word of the search that begins a word of the title.
var Scorer = {
  score: ([page, title, anchor, about, score]) => {
    const words = (text) => text.toLowerCase().match(/[\p{L}\p{N}_]+/gu) || [];
    const typed = words(new URLSearchParams(location.search).get("q") || "");
    return score + 5 * typed.filter((one) => words(title).some((word) => word.startsWith(one))).length;
  },
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
