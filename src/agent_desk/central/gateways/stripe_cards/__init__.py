"""Cards by Stripe: a Checkout Session for central's own sum, paid on Stripe's page and never here."""
