"""Ways to judge a claim: symbolic, by quadrature, by a real training. Each says what it found as a number, not only yes or no."""
