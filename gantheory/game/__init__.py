"""The two players and how they learn: networks, losses, penalties, Algorithm 1, and what limits it."""
