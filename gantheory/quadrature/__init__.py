"""∫ F(p, q) over the line or the plane, to a value with an error."""
