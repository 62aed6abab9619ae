"""Where the papers that claims cite can be read: a link for each, by the words in which it is cited. Some old ones are not online."""

import re

from gantheory.theorems.page.markup import element, escaped

SITES = {
    "arXiv": "https://arxiv.org/abs/",
    "doi": "https://doi.org/",
    "OpenReview": "https://openreview.net/forum?id=",
    "PMLR": "https://proceedings.mlr.press/",
}
PAPERS = {
    "Arjovsky & Bottou 2017": "arXiv:1701.04862",
    "Arjovsky, Chintala & Bottou 2017": "arXiv:1701.07875",
    "Arora et al. 2017": "arXiv:1703.00573",
    "Arora, Risteski & Zhang 2018": "OpenReview:BJehNfW0-",
    "Bengio & Delalleau 2009": "doi:10.1162/neco.2008.11-07-647",
    "Bretagnolle & Huber 1979": "doi:10.1007/BF00535278",
    "Cichocki & Amari 2010": "doi:10.3390/e12061532",
    "Cover & Thomas 2006": "doi:10.1002/047174882X",
    "Danskin 1966": "doi:10.1137/0114053",
    "Daskalakis et al. 2018": "arXiv:1711.00141",
    "Deasy, Simidjievski & Liò 2020": "arXiv:2006.10599",
    "Devroye, Györfi & Lugosi 1996": "doi:10.1007/978-1-4612-0711-5",
    "Endres & Schindelin 2003": "doi:10.1109/TIT.2003.813506",
    "Farnia & Ozdaglar 2020": "arXiv:2002.09124",
    "Federer 1969": "doi:10.1007/978-3-642-62010-2",
    "Gidel, Askari Hemmat et al. 2019": "arXiv:1807.04740",
    "Gidel, Berard et al. 2019": "arXiv:1802.10551",
    "Goodfellow et al. 2014": "arXiv:1406.2661",
    "Gulrajani et al. 2017": "arXiv:1704.00028",
    "Guntuboyina, Saha & Schiebinger 2014": "arXiv:1302.0336",
    "Hellman & Raviv 1970": "doi:10.1109/TIT.1970.1054466",
    "Hinton 2002": "doi:10.1162/089976602760128018",
    "Huang, Gokaslan, Kuleshov & Tompkin 2024": "arXiv:2501.05441",
    "Huszár 2015": "arXiv:1511.05101",
    "Jolicoeur-Martineau 2018": "arXiv:1807.00734",
    "Kingma & Welling 2014": "arXiv:1312.6114",
    "Le Cam 1973": "doi:10.1214/aos/1193342380",
    "Liese & Vajda 2006": "doi:10.1109/TIT.2006.881731",
    "Lim & Ye 2017": "arXiv:1705.02894",
    "Lin 1991": "doi:10.1109/18.61115",
    "Lucas et al. 2019": "arXiv:1911.02469",
    "Makur & Zheng 2020": "arXiv:1510.01844",
    "Mao et al. 2017": "arXiv:1611.04076",
    "Melchior, Wang & Wiskott 2017": "doi:10.1371/journal.pone.0171015",
    "Mescheder, Geiger & Nowozin 2018": "arXiv:1801.04406",
    "Mescheder, Nowozin & Geiger 2017": "arXiv:1705.10461",
    "Metz et al. 2017": "arXiv:1611.02163",
    "Miyato et al. 2018": "arXiv:1802.05957",
    "Nagarajan & Kolter 2017": "arXiv:1706.04156",
    "Nguyen, Wainwright & Jordan 2009": "arXiv:math/0510521",
    "Nielsen 2019": "doi:10.3390/e21050485",
    "Nowozin, Cseke & Tomioka 2016": "arXiv:1606.00709",
    "Qin et al. 2020": "arXiv:2010.15040",
    "Reid & Williamson 2011": "arXiv:0901.0356",
    "Richardson & Urbanke 2008": "doi:10.1017/CBO9780511791338",
    "Salimans et al. 2016": "arXiv:1606.03498",
    "Shannon 1948": "doi:10.1002/j.1538-7305.1948.tb01338.x",
    "Sun, Fang & Schwing 2020": "arXiv:2011.04926",
    "Sutskever & Tieleman 2010": "PMLR:v9/sutskever10a.html",
    "Sønderby et al. 2017": "arXiv:1610.04490",
    "Tipping & Bishop 1999": "doi:10.1111/1467-9868.00196",
    "Topsøe 2000": "doi:10.1109/18.850703",
    "Tseng et al. 2021": "arXiv:2104.03310",
    "Tsybakov 2009": "doi:10.1007/b13794",
    "Villani 2009": "doi:10.1007/978-3-540-71050-9",
    "van Erven & Harremoës 2014": "arXiv:1206.2459",
    "Österreicher & Vajda 2003": "doi:10.1007/BF02517812",
}
_CITED = re.compile("|".join(map(re.escape, sorted(PAPERS, key=len, reverse=True))))


def linked(citation: str) -> str:
    """A citation as HTML, every paper in it that is known as a link."""
    said, at = "", 0
    for found in _CITED.finditer(citation):
        said += escaped(citation[at : found.start()]) + element("a", escaped(found[0]), href=address(PAPERS[found[0]]))
        at = found.end()
    return said + escaped(citation[at:])


def address(identifier: str) -> str:
    """The link of an identifier such as ``arXiv:1406.2661``."""
    site, _, name = identifier.partition(":")
    return SITES[site] + name
