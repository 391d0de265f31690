"""Cart: fill it, hold it, check it out, take the cash."""
