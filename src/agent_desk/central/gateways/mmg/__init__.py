"""MMG, mobile money of Guyana: central asks the customer's phone, and believes lookup and history together."""
