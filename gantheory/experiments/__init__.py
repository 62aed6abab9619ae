"""Settings of published experiments as data, one module each, and the functions that train from them."""
