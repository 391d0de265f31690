"""The API that all desks sync with: its prices, rights and clock count."""
