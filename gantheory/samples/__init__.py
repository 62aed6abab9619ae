"""What two samples tell when neither law has a density that can be had: a lower bound of JSD, distances of the rows with tests."""
