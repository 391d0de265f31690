"""A feed of mid-market rates: a sanity check of the house's own rate, never the rate itself."""
