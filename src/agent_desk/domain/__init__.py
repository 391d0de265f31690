"""What the business decides: values, aggregates and rules, without clock, disk or network."""
