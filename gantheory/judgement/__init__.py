"""What the theory says of a trained pair of networks of any framework."""
