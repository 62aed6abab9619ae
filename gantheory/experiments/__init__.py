"""Settings of published experiments, as data: what is drawn, claimed and explored is trained from here."""
