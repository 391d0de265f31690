"""Agent Desk: a courier counter that keeps working when the link is down."""
