"""Ways to judge a claim: algebra, formal proofs, proved intervals, quadrature, a real training. Each gives a number, not only yes or no."""
